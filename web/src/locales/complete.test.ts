// Every language has every text, with the same values to fill in, and no text that no other has.
import { describe, expect, it } from "vitest";
import { files as daFirst } from "./da";
import { files as daRest } from "./da/rest";
import { files as deFirst } from "./de";
import { files as deRest } from "./de/rest";
import { files as enFirst } from "./en";
import { files as enRest } from "./en/rest";

const da = { ...daFirst, ...daRest };
const de = { ...deFirst, ...deRest };
const en = { ...enFirst, ...enRest };

type Texts = Map<string, string>;

function flat(value: unknown, path: string, into: Texts): Texts {
  if (typeof value === "string") into.set(path, value);
  else for (const [key, each] of Object.entries(value as object)) flat(each, `${path}.${key}`, into);
  return into;
}

const values = (text: string) => [...text.matchAll(/\{\{\s*([^},\s]+)/g)].map((found) => found[1]).sort();

describe.each([
  ["de", de],
  ["da", da],
] as const)("%s", (_, language) => {
  it.each(Object.keys(en))("%s is complete", (path) => {
    const wanted = flat(en[path]?.default, "", new Map());
    const found = flat(language[path]?.default ?? {}, "", new Map());
    expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [key, text] of wanted) {
      expect(values(found.get(key) ?? ""), key).toEqual(values(text));
      expect(found.get(key)?.trim(), key).toBeTruthy();
    }
  });

  it("has no file that English lacks", () => {
    expect(Object.keys(language).filter((path) => !(path in en))).toEqual([]);
  });
});

it("gives each text one place", () => {
  const seen = new Map<string, string>();
  for (const [path, file] of Object.entries(en)) {
    for (const key of Object.keys(file.default)) {
      expect(seen.get(key), `${key} of ${path}`).toBeUndefined();
      seen.set(key, path);
    }
  }
});
