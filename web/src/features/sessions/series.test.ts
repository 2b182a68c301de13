import { describe, expect, it } from "vitest";
import type { Reading } from "@/api/types";
import { seriesOf } from "./series";

const reading = (at: string, register_wh: number | null, power_w: number | null): Reading => ({
  at,
  context: "Periodic",
  register_wh,
  power_w,
  current_ma: null,
  voltage_mv: null,
  soc_percent: null,
  extra: [],
});

describe("seriesOf", () => {
  it("starts at nought and keeps gaps", () => {
    const [at, power, energy] = seriesOf([
      reading("2026-11-21T14:00:00Z", 10_000, null),
      reading("2026-11-21T14:01:00Z", 10_500, 7_400),
      reading("2026-11-21T14:02:00Z", null, 7_200),
    ]);
    expect(at).toHaveLength(3);
    expect(power).toEqual([null, 7.4, 7.2]);
    expect(energy).toEqual([0, 0.5, null]);
  });
  it("orders late readings and joins those of one moment", () => {
    const [at, power, energy] = seriesOf([
      reading("2026-11-21T14:05:00Z", 11_000, null),
      reading("2026-11-21T14:00:00Z", 10_000, 1_000),
      reading("2026-11-21T14:05:00Z", null, 2_000),
      reading("nonsense", 1, 1),
    ]);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBe(300);
    expect(power).toEqual([1, 2]);
    expect(energy).toEqual([0, 1]);
  });
});
