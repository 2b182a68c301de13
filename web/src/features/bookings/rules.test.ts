import { describe, expect, it } from "vitest";
import type { BookingRules } from "@/api/types";
import { formOf, rulesOf } from "./rules";

const RULES: BookingRules = {
  enabled: true,
  currency: "DKK",
  vat: "25",
  from: "08:00",
  to: "20:00",
  slot_min: 60,
  slots_max: 3,
  buffer_min: 10,
  price: { per: "kwh", amount: "3.00" },
  free_wh: 1_500,
  fee: "10.00",
  fee_future: "5.00",
  blocking: { grace_min: 10, amount: "5.00", every_min: 15 },
  no_show_min: 20,
  mix: false,
  carry_over: true,
  assign: "late",
  refund: true,
  tell_station: true,
  stations: ["7"],
};

describe("booking rules", () => {
  it("come out of the form as they went in", () => {
    expect(rulesOf(formOf(RULES), "DKK")).toEqual(RULES);
  });

  it("leave out what is switched off", () => {
    const form = {
      ...formOf(RULES),
      priced: "minute" as const,
      otherFee: false,
      blocks: false,
      noShow: false,
      allDay: true,
    };
    const rules = rulesOf(form, "DKK");
    expect(rules.free_wh).toBe(0);
    expect([rules.fee_future, rules.blocking, rules.no_show_min]).toEqual([undefined, undefined, undefined]);
    expect([rules.from, rules.to]).toEqual(["00:00", "24:00"]);
  });

  it("take a comma for a point", () => {
    expect(rulesOf({ ...formOf(RULES), fee: "7,50" }, "DKK").fee).toBe("7.50");
  });
});
