import { describe, expect, it } from "vitest";
import { comparedWith, lengthOf, moved, periodFrom, rangeOf } from "./period";

describe("periods", () => {
  it("begin on Mondays, firsts and new year", () => {
    expect(rangeOf("week", "2026-11-22")).toEqual({ from: "2026-11-16", to: "2026-11-22" });
    expect(rangeOf("month", "2028-02-10")).toEqual({ from: "2028-02-01", to: "2028-02-29" });
    expect(rangeOf("year", "2026-11-22")).toEqual({ from: "2026-01-01", to: "2026-12-31" });
  });
  it("step by whole months and years, else by their own length", () => {
    expect(moved("month", rangeOf("month", "2026-03-31"), -1)).toEqual({
      from: "2026-02-01",
      to: "2026-02-28",
    });
    expect(moved("year", rangeOf("year", "2026-03-31"), 1).from).toBe("2027-01-01");
    expect(moved("custom", { from: "2026-03-10", to: "2026-03-12" }, -1)).toEqual({
      from: "2026-03-07",
      to: "2026-03-09",
    });
  });
  it("that run are compared with as many days of the one before", () => {
    const march = rangeOf("month", "2026-03-05");
    expect(comparedWith("month", march, "2026-03-05")).toEqual({ from: "2026-02-01", to: "2026-02-05" });
    expect(comparedWith("month", march, "2026-03-30").to).toBe("2026-02-28");
    expect(comparedWith("month", march, "2026-08-01").to).toBe("2026-02-28");
  });
  it("from an address that makes no sense are this month", () => {
    expect(periodFrom({ period: "custom", from: "x", to: "2026-01-01" }, "2026-11-22").range.from).toBe(
      "2026-11-01",
    );
    expect(periodFrom({ period: "week", day: "2026-02-30x" }, "2026-11-22").range.from).toBe("2026-11-16");
    expect(lengthOf({ from: "2026-03-01", to: "2026-03-31" })).toBe(31);
  });
});
