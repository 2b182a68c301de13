import { describe, expect, it } from "vitest";
import type { SpotPrice } from "@/api/types";
import { extremes, pathOf, rangeOf, stepAt, stepsOf } from "./steps";

const price = (hour: number, per_kwh: string): SpotPrice => ({
  from: `2026-11-20T0${hour}:00:00Z`,
  until: `2026-11-20T0${hour + 1}:00:00Z`,
  per_kwh,
  source: "feed",
});

describe("prices as steps", () => {
  it("draws one line as long as nothing is missing, and begins anew behind a gap", () => {
    const steps = stepsOf([price(0, "1.00"), price(1, "-2.00"), price(3, "4.00")]);
    const hour = 3_600_000;
    const start = Date.parse("2026-11-20T00:00:00Z");
    const path = pathOf(
      steps,
      (at) => (at - start) / hour,
      (value) => value,
    );
    expect(path).toBe("M0.00,1.00H1.00V-2.00H2.00M3.00,4.00H4.00");
    expect(stepAt(steps, start + hour)?.value).toBe(-2);
    expect(stepAt(steps, start + 2 * hour)).toBeUndefined();
  });

  it("has nought on the scale", () => {
    expect(rangeOf(stepsOf([price(0, "1.00"), price(1, "2.00")]))).toEqual([0, 2]);
    expect(rangeOf(stepsOf([price(0, "-1.00")]))).toEqual([-1, 0]);
    expect(rangeOf([])).toEqual([0, 1]);
  });

  it("finds the cheapest and the dearest by number, not by text", () => {
    const found = extremes([price(0, "9.00"), price(1, "10.00"), price(2, "-1.00")]);
    expect([found?.lowest.per_kwh, found?.highest.per_kwh]).toEqual(["-1.00", "10.00"]);
    expect(extremes([])).toBeUndefined();
  });
});
