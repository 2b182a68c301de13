import { describe, expect, it } from "vitest";
import type { TariffRules } from "@/api/types";
import { EMPTY, NO_BLOCK, overlapping, rulesOf, simpleOf } from "./simple";

const USUAL = {
  ...EMPTY,
  energy: "0.50",
  minute: "0.05",
  occupied: "0.20",
  flat: "1.00",
  min: "2.00",
  blocks: [{ ...NO_BLOCK, from: "22:00", to: "06:00", weekdays: ["monday", "friday"], energy: "0.30" }],
};

describe("the short form of a tariff", () => {
  it("comes back from its rules as it was", () => {
    expect(simpleOf(rulesOf(USUAL, "EUR"))).toEqual(USUAL);
    expect(simpleOf(rulesOf({ ...USUAL, included: false, vat: "" }, "EUR"))).toEqual({
      ...USUAL,
      included: false,
      vat: "",
    });
  });

  it("writes prices of minutes as those of hours, charged by the minute begun", () => {
    const [night, usual] = rulesOf(USUAL, "EUR").elements;
    expect(night?.restrictions).toEqual({
      start_time: "22:00",
      end_time: "06:00",
      weekdays: ["monday", "friday"],
    });
    expect(usual?.components.find((each) => each.dimension === "occupied_time")).toEqual({
      dimension: "occupied_time",
      price: "12.00",
      step: 60,
      vat: "25",
    });
  });

  it("knows what it cannot show", () => {
    const rules = rulesOf(USUAL, "EUR");
    const tiered: TariffRules = {
      ...rules,
      elements: [
        { components: rules.elements[0]?.components ?? [], restrictions: { min_energy_wh: 10_000 } },
        ...rules.elements.slice(1),
      ],
    };
    expect(simpleOf(tiered)).toBeUndefined();
    const odd: TariffRules = {
      ...rules,
      elements: [{ components: [{ dimension: "charging_time", price: "1.00", step: 1 }] }],
    };
    expect(simpleOf(odd)).toBeUndefined();
  });

  it("finds blocks that overlap, also over midnight", () => {
    const block = (from: string, to: string, weekdays: string[] = []) => ({
      ...NO_BLOCK,
      from,
      to,
      weekdays,
    });
    expect(overlapping([block("22:00", "06:00"), block("05:00", "07:00")])).toEqual([0, 1]);
    expect(overlapping([block("22:00", "06:00"), block("06:00", "22:00")])).toBeUndefined();
    expect(
      overlapping([block("08:00", "12:00", ["monday"]), block("08:00", "12:00", ["sunday"])]),
    ).toBeUndefined();
  });
});
