import { describe, expect, it } from "vitest";
import { change, currenciesOf, numberOf } from "./figures";
import type { FigureSet } from "./queries";

const set = (more: object) =>
  ({ energy_wh: 10, sessions: 2, revenue: [], energy_cost: [], ...more }) as unknown as FigureSet;

describe("figures", () => {
  it("amounts move by their ratio, shares by points", () => {
    expect(change("energy", 150, 100)).toBe(50);
    expect(change("uptime", 98.4, 99.1)).toBe(-0.7);
    expect(change("energy", 5, 0)).toBeNull();
    expect(change("uptime", null, 99)).toBeNull();
  });
  it("money is that of one currency, and nothing for those who do not see it", () => {
    const money = set({ revenue: [{ currency: "DKK", with_vat: "12.50", sessions: 1 }] });
    expect(numberOf("revenue", money, "DKK")).toBe(12.5);
    expect(numberOf("revenue", money, "EUR")).toBe(0);
    expect(numberOf("revenue", set({ revenue: null }), "DKK")).toBeNull();
    expect(currenciesOf([money, set({ energy_cost: [{ currency: "EUR", amount: "1" }] })])).toEqual([
      "DKK",
      "EUR",
    ]);
  });
});
