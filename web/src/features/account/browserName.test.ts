import { expect, it } from "vitest";
import { browserName } from "./browserName";

it("names browsers as people do", () => {
  const edge =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0";
  expect(browserName(edge)).toBe("Edge · Windows");
  expect(browserName("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0")).toBe(
    "Firefox · Linux",
  );
  expect(browserName("curl/8.5")).toBeNull();
});
