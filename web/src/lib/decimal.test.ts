import { describe, expect, it } from "vitest";
import { decimalText, millionths, perHour, perMinute } from "./decimal";

describe("prices as text", () => {
  it("are read and written without loss", () => {
    expect(millionths("0.123456")).toBe(123_456n);
    expect(millionths("12,5")).toBe(12_500_000n);
    expect(decimalText(12_500_000n)).toBe("12.50");
    expect(decimalText(1n)).toBe("0.000001");
    for (const bad of ["", "-1", "1.2345678", "1e3", "abc", "."]) expect(millionths(bad)).toBeUndefined();
  });

  it("change from hour to minute only where that is exact", () => {
    expect(perMinute("12.00")).toBe("0.20");
    expect(perMinute("0.10")).toBeUndefined();
    expect(perHour("0.25")).toBe("15.00");
  });
});
