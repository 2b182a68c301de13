import { describe, expect, it } from "vitest";
import da from "./da.json";
import de from "./de.json";
import en from "./en.json";
import { found, slugFor } from "./pages";

describe("handbook", () => {
  it.each([
    ["de", de],
    ["da", da],
  ])("has every page and part in %s", (_, book) => {
    expect(book.map((page) => page.slug)).toEqual(en.map((page) => page.slug));
    for (const [at, page] of en.entries()) {
      const shape = (each: typeof page | undefined) => each?.parts.map((part) => part.steps.length);
      expect(shape(book[at]), page.slug).toEqual(shape(page));
      expect(book[at]?.title).toBeTruthy();
    }
  });

  it("finds by any words, the title first", () => {
    expect(found(en, "solve fault")[0]?.slug).toBe("faults");
    expect(found(en, "xyzzy")).toEqual([]);
  });

  it("knows the page of each screen", () => {
    const slugs = new Set(en.map((page) => page.slug));
    for (const path of [
      "/",
      "/sites/7",
      "/chargers",
      "/chargers/77",
      "/sessions",
      "/faults",
      "/issues/3",
      "/alerts",
      "/api-keys",
    ])
      expect(slugs.has(slugFor(path)), path).toBe(true);
  });
});
