// Starts the real binary on a free port with a folder of its own, and ends it again.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const BINARY = process.env.FORECOURT_BIN ?? new URL("../../target/debug/forecourt", import.meta.url).pathname;
/** Milliseconds until the server must be ready; a debug build on a busy machine takes its time. */
const READY = 60_000;

export const ADMIN = { email: "mia@example.org", password: "correct horse battery", name: "mia@example.org" };

function freePort() {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

/** Waits until `found` gives something, without ever sleeping a fixed time for it. */
export async function until(what, found, limit = 20_000) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await found();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain for ${what}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

/**
 * `admin`: false leaves the database empty, so that the first visit can be tried. `demo` starts the demonstration.
 * `env` are further settings of the server; `host` is the name it is asked by.
 */
export async function startServer({ admin = true, demo = false, host = "127.0.0.1", env: more = {} } = {}) {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), "forecourt-e2e-"));
  const url = `http://${host}:${port}`;
  const env = {
    ...process.env,
    FORECOURT_DATA: data,
    FORECOURT_LISTEN: `127.0.0.1:${port}`,
    FORECOURT_PAGE_URL: url,
    ...(admin && !demo ? { FORECOURT_ADMIN_EMAIL: ADMIN.email, FORECOURT_ADMIN_PASSWORD: ADMIN.password } : {}),
    ...more,
  };
  const child = spawn(BINARY, ["serve", ...(demo ? ["--demo"] : [])], { env });
  let log = "";
  let ended = null;
  child.stdout.on("data", (chunk) => (log += chunk));
  child.stderr.on("data", (chunk) => (log += chunk));
  child.once("exit", (code) => (ended = code ?? "signal"));
  child.once("error", (error) => (ended = error.message));

  const helpers = [];
  const server = {
    url,
    data,
    log: () => log,
    /** Runs another command of the binary beside the server, on the same database. */
    async run(args, extra = {}) {
      const { stdout } = await promisify(execFile)(BINARY, args, { env: { ...env, ...extra } });
      return stdout.trim();
    },
    /** Runs simulated chargers of the binary beside the server until it stops, or until their process is ended. */
    simulate(args) {
      const to = ["simulate", "--url", `${url.replace("http", "ws")}/ocpp`];
      const helper = spawn(BINARY, [...to, ...args], { env, stdio: "ignore" });
      helpers.push(helper);
      return helper;
    },
    async stop() {
      for (const helper of helpers) helper.kill("SIGTERM");
      if (ended === null) {
        const gone = new Promise((done) => child.once("exit", done));
        child.kill("SIGTERM");
        const kill = setTimeout(() => child.kill("SIGKILL"), 10_000);
        await gone;
        clearTimeout(kill);
      }
      rmSync(data, { recursive: true, force: true });
    },
  };
  try {
    await until(
      "the server to be ready",
      async () => {
        if (ended !== null) throw new Error(`the server ended (${ended}):\n${log}`);
        return fetch(`${url}/readyz`).then((answer) => answer.ok, () => false);
      },
      READY,
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** Calls the API with a key of its own: for what a journey needs beforehand and does not try itself. */
export async function apiOf(server) {
  const key = await server.run(["api-key", "create", "--name", "e2e"]);
  const call = async (method, path, body) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  return {
    get: (path) => call("GET", path),
    post: (path, body = {}) => call("POST", path, body),
    patch: (path, body) => call("PATCH", path, body),
    put: (path, body) => call("PUT", path, body),
    site: (name = "Harbour") =>
      call("POST", "/sites", { name, time_zone: "Europe/Copenhagen", currency: "DKK", city: "Odense" }),
    station: (site, identity, more = {}) => call("POST", "/stations", { site_id: site.id, identity, ...more }),
    key: (uid, more = {}) => call("POST", "/id-tokens", { uid, kind: "rfid", ...more }),
  };
}
