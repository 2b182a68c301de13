import { describe, expect, it } from "vitest";
import { contrastWithWhite, isColour, readable, shades } from "./palette";

describe("palette", () => {
  it("darkens what could not be read on white", () => {
    expect(readable("#0d6476")).toBe("#0d6476");
    for (const bright of ["#ffee00", "#7fffd4", "#ffffff"])
      expect(contrastWithWhite(readable(bright))).toBeGreaterThanOrEqual(4.5);
  });
  it("makes ten shades from light to dark with the colour as the ninth", () => {
    const found = shades("#1f6feb");
    expect(found).toHaveLength(10);
    expect(found[8]).toBe(readable("#1f6feb"));
    const contrasts = found.map(contrastWithWhite);
    expect([...contrasts].sort((a, b) => a - b)).toEqual(contrasts);
  });
  it("knows a colour", () => {
    expect(isColour("#1F6feb")).toBe(true);
    expect(isColour("red; background: url(x)")).toBe(false);
  });
});
