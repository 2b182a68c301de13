import { describe, expect, it } from "vitest";
import { niceTop } from "./BarChart";

describe("niceTop", () => {
  it("is round and never below the largest bar", () => {
    expect(niceTop(0)).toBe(1);
    expect(niceTop(7)).toBe(8);
    expect(niceTop(10)).toBe(10);
    expect(niceTop(101)).toBe(150);
    expect(niceTop(240_000)).toBe(250_000);
    expect(niceTop(260_000)).toBe(300_000);
  });
});
