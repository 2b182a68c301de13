import { describe, expect, it } from "vitest";
import { isLimit, type LimitInput, profileOf, stepsOf } from "./profile";

const midnight = "2026-11-20T23:00:00.000Z";
const input: LimitInput = {
  id: 3,
  purpose: "default",
  unit: "milli_amps",
  level: 1,
  steps: [{ from: "00:00", limit: "16,5" }],
};

describe("a standing limit", () => {
  it("holds always when it has one step", () => {
    const profile = profileOf(input, midnight);
    expect(profile).toMatchObject({ id: 3, stack_level: 1, purpose: "default", kind: "absolute" });
    expect(profile.schedules[0]?.periods).toEqual([{ start_s: 0, limit: 16_500 }]);
    expect(stepsOf(profile)).toBe("16.5 A");
  });
  it("repeats daily when it has several, in the order of the day", () => {
    const steps = [
      { from: "22:00", limit: "32" },
      { from: "06:30", limit: "10" },
    ];
    const profile = profileOf({ ...input, unit: "watts", steps }, midnight);
    expect(profile).toMatchObject({ kind: "recurring", recurrency: "daily" });
    // What is said first holds from midnight: a profile has no gap at its beginning.
    expect(profile.schedules[0]?.periods).toEqual([
      { start_s: 0, limit: 10 },
      { start_s: 79_200, limit: 32 },
    ]);
    expect(stepsOf(profile)).toBe("00:00 10 W, 22:00 32 W");
  });
  it("is a number", () => {
    expect(["16", "0", "6.5", "6,5"].every(isLimit)).toBe(true);
    expect(["", "-1", "many", "1e3"].some(isLimit)).toBe(false);
  });
});
