// How the application looks for one organisation: its colour, name and logo. Kept outside React, because the theme around
// every screen follows it.
import { useSyncExternalStore } from "react";

export interface Brand {
  /** `#rrggbb`; empty: the product's. */
  colour: string;
  /** In place of the product's name; empty: the product's. */
  name: string;
  logo: string | null;
  welcome: string;
  help: string;
}

export const PLAIN: Brand = { colour: "", name: "", logo: null, welcome: "", help: "" };

const STORED = "forecourt.brand";
let brand = PLAIN;
const watchers = new Set<() => void>();

export function setBrand(next: Brand): void {
  if (JSON.stringify(next) === JSON.stringify(brand)) return;
  brand = next;
  for (const watcher of watchers) watcher();
}

export const useBrand = (): Brand =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => brand,
  );

/** Remembers at which login page this browser is at home. */
export const rememberSlug = (slug: string): void => localStorage.setItem(STORED, slug);

/** The login page's own address: what was opened before, else the sub-domain. */
export function slugHere(host = window.location.hostname): string | null {
  const labels = host.split(".");
  const isName = labels.length > 2 && !/^[\d.]+$/.test(host) && !host.includes(":");
  return localStorage.getItem(STORED) ?? (isName ? (labels[0] ?? null) : null);
}
