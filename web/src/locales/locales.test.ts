import { describe, expect, it } from "vitest";
import { files as first } from "./en";
import { files as rest } from "./en/rest";

const en = Object.assign({}, ...Object.values({ ...first, ...rest }).map((file) => file.default));

const sources = import.meta.glob<string>("../**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});

function known(key: string): boolean {
  const has = (path: string[]): boolean => {
    let at: unknown = en;
    for (const part of path) {
      if (typeof at !== "object" || at === null || !(part in at)) return false;
      at = (at as Record<string, unknown>)[part];
    }
    return typeof at === "string";
  };
  const path = key.split(".");
  const last = path.pop() ?? "";
  return has([...path, last]) || (has([...path, `${last}_one`]) && has([...path, `${last}_other`]));
}

describe("locales", () => {
  it("have every text that the screens name", () => {
    const missing: string[] = [];
    let seen = 0;
    for (const [file, source] of Object.entries(sources)) {
      if (file.includes(".test.")) continue;
      for (const [, key] of source.matchAll(/[^a-zA-Z]t\(\s*"([a-zA-Z]+(?:\.[a-zA-Z0-9_]+)+)"/g)) {
        seen += 1;
        if (key && !known(key)) missing.push(`${file}: ${key}`);
      }
    }
    expect(seen).toBeGreaterThan(200);
    expect(missing).toEqual([]);
  });
});
