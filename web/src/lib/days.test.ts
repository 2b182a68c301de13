import { describe, expect, it } from "vitest";
import { dayEnd, dayStart, onTheWall, wallTime } from "./days";

describe("days of a zone", () => {
  it("begin at its midnight", () => {
    expect(dayStart("2026-11-21", "Europe/Berlin")).toBe("2026-11-20T23:00:00.000Z");
    expect(dayStart("2026-07-01", "Europe/Berlin")).toBe("2026-06-30T22:00:00.000Z");
    expect(dayStart("2026-07-01", "America/New_York")).toBe("2026-07-01T04:00:00.000Z");
  });
  it("have 23 and 25 hours when clocks change", () => {
    const hours = (day: string) =>
      (Date.parse(dayEnd(day, "Europe/Berlin") ?? "") - Date.parse(dayStart(day, "Europe/Berlin") ?? "")) /
      3_600_000;
    expect(hours("2026-03-29")).toBe(23);
    expect(hours("2026-10-25")).toBe(25);
    expect(hours("2026-11-21")).toBe(24);
  });
  it("give the time on a place's clocks, and back", () => {
    expect(wallTime("2026-11-21T14:05", "Europe/Berlin")).toBe("2026-11-21T13:05:00.000Z");
    expect(onTheWall("2026-11-21T13:05:00.000Z", "Europe/Berlin")).toBe("2026-11-21T14:05");
    expect(wallTime("yesterday", "Europe/Berlin")).toBeUndefined();
    expect(onTheWall(undefined, "Europe/Berlin")).toBe("");
  });
  it("are nothing when mistyped", () => {
    expect(dayStart("tomorrow", "Europe/Berlin")).toBeUndefined();
    expect(dayEnd("2026-13-45", "Europe/Berlin")).toBeUndefined();
  });
});
