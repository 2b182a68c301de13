# Thin: every target is a line or two; what takes more is a script in scripts/ or a task in xtask/.
# `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export CHROMIUM ?= /usr/bin/chromium

# A machine that builds again and again keeps what it compiled outside the clone.
ifeq ($(CI),true)
export CARGO_TARGET_DIR ?= $(HOME)/.cache/forecourt/target
endif
TARGET := $(or $(CARGO_TARGET_DIR),target)

WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

.PHONY: help run web release test fmt lint tidy unit fresh codegen journeys interop oracle bench screenshots clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 14

run: ## builds everything, starts the demonstration on http://127.0.0.1:8180
	@scripts/need gcc node cargo
	@$(MAKE) --no-print-directory release
	$(TARGET)/release/forecourt serve --demo --data ./data

web: web/dist/index.html ## builds the web application

web/node_modules/.package-lock.json: web/package-lock.json
	@scripts/say "fetching what the web application is built from (about a minute)"
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	@scripts/say "building the web application (half a minute)"
	cd web && npm run build
	@touch $@

release: web ## builds the binary that a user runs
	@scripts/say "building the binary (first time: some minutes; most of it is SQLite, TLS and the HTTP stack)"
	cargo build --locked --release --package forecourt-server

test: ## everything that must hold, on SQLite and PostgreSQL, page and outside clients included
	@scripts/test

fmt: ## formats all Rust and web code
	cargo fmt --all
	cd web && npm run format

lint: web ## clippy with warnings denied, formatting, web lint
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cd web && npm run lint

tidy: ## the house rules: who may know whom, file length, words, links
	cargo xtask tidy

unit: web ## the Rust tests, on SQLite and on a PostgreSQL of their own
	scripts/postgres scripts/rust-tests

codegen: web ## writes openapi.json and the web client's types from the binary
	cargo build --locked --package forecourt-server
	cargo xtask codegen

fresh: web ## fails when a generated file is not what it would be now
	cargo build --locked --package forecourt-server
	cargo xtask codegen --check

journeys: web ## browser journeys against the real binary
	cargo build --locked --package forecourt-server
	scripts/journeys

interop: web ## independent OCPP clients against the real binary, on both databases
	cargo build --locked --package forecourt-server
	scripts/postgres scripts/interop

oracle: ## random prices by our engine and by another one
	scripts/oracle

bench: release ## measures the gateway against its floor; prints a table and JSON
	$(TARGET)/release/forecourt bench

screenshots: web ## every screen, light, dark and phone, into e2e/screenshots
	cargo build --locked --package forecourt-server
	scripts/journeys screenshots

clean: ## removes what was built, not the data
	cargo clean
	rm -rf web/dist web/node_modules e2e/node_modules tests/interop/.venv tests/interop/npm/node_modules
