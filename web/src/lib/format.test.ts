import { describe, expect, it } from "vitest";
import {
  duration,
  energy,
  energyExact,
  instant,
  instantLong,
  knownZone,
  latency,
  money,
  power,
  zoneName,
} from "./format";

const EN = "en-GB";

describe("energy", () => {
  it("keeps about three figures and chooses the unit", () => {
    expect(energy(0, EN)).toEqual({ value: "0", unit: "Wh" });
    expect(energy(999, EN)).toEqual({ value: "999", unit: "Wh" });
    expect(energy(1_234, EN)).toEqual({ value: "1.23", unit: "kWh" });
    expect(energy(23_456, EN)).toEqual({ value: "23.5", unit: "kWh" });
    expect(energy(1_234_567, EN)).toEqual({ value: "1,235", unit: "kWh" });
    expect(energy(12_345_678, EN)).toEqual({ value: "12.3", unit: "MWh" });
    expect(energy(12_345_678_901, EN)).toEqual({ value: "12.3", unit: "GWh" });
  });
  it("shows what was measured where figures are compared", () => {
    expect(energyExact(23_456, EN).value).toBe("23.456");
    expect(energyExact(23_456, "de").value).toBe("23,456");
  });
});

describe("power", () => {
  it("chooses the unit", () => {
    expect(power(0, EN)).toEqual({ value: "0", unit: "W" });
    expect(power(7_360, EN)).toEqual({ value: "7.4", unit: "kW" });
    expect(power(152_000, EN)).toEqual({ value: "152", unit: "kW" });
    expect(power(1_520_000, EN)).toEqual({ value: "1.52", unit: "MW" });
  });
});

describe("duration and latency", () => {
  it("says the two largest units", () => {
    expect(duration(-5)).toBe("0 s");
    expect(duration(59)).toBe("59 s");
    expect(duration(60)).toBe("1 min");
    expect(duration(3_600)).toBe("1 h");
    expect(duration(5_040)).toBe("1 h 24 min");
    expect(duration(90_000)).toBe("1 d 1 h");
    expect(duration(172_800)).toBe("2 d");
  });
  it("goes to seconds", () => {
    expect(latency(12, EN)).toBe("12 ms");
    expect(latency(1_440, EN)).toBe("1.4 s");
  });
});

describe("moments", () => {
  const now = new Date("2026-11-21T15:00:00Z");
  it("are shown in the zone asked for, as short as can be", () => {
    expect(instant("2026-11-21T14:30:00Z", "Europe/Berlin", EN, now)).toBe("15:30");
    expect(instant("2026-11-20T14:30:00Z", "Europe/Berlin", EN, now)).toBe("20 Nov, 15:30");
    expect(instant("2025-11-20T14:30:00Z", "Europe/Berlin", EN, now)).toBe("20 Nov 2025, 15:30");
  });
  it("use the zone's day, not the browser's", () => {
    // 23:30 UTC is already tomorrow in Berlin.
    expect(instant("2026-11-20T23:30:00Z", "Europe/Berlin", EN, now)).toBe("00:30");
  });
  it("name the zone, and survive one that does not exist", () => {
    expect(instantLong("2026-11-21T14:30:00Z", "Europe/London", EN)).toContain("Europe/London");
    expect(zoneName("Europe/Berlin", EN, now)).toBe("CET");
    expect(knownZone("Mars/Olympus")).toBe("UTC");
    expect(instant("not a date", "UTC", EN, now)).toBe("not a date");
  });
});

describe("money", () => {
  it("knows the currency and does not round through a float", () => {
    expect(money("12.30", "EUR", EN)).toBe("€12.30");
    expect(money("9007199254740993.25", "EUR", EN)).toBe("€9,007,199,254,740,993.25");
  });
});
