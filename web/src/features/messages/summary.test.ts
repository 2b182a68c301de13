import { describe, expect, it } from "vitest";
import { summary } from "./summary";

describe("summary of a call", () => {
  it("names its first values", () => {
    expect(summary('[2,"7","StatusNotification",{"connectorId":1,"status":"Charging","info":""}]')).toBe(
      "connectorId 1 · status Charging",
    );
  });
  it("looks into what is nested and stays short", () => {
    const value = { sampledValue: [{ value: "1.2", unit: "kWh" }] };
    const long = summary(JSON.stringify([2, "7", "MeterValues", { meterValue: Array(500).fill(value) }]));
    expect(long.startsWith("value 1.2 · unit kWh")).toBe(true);
    expect(long.length).toBeLessThanOrEqual(110);
  });
  it("is empty for an empty call and shows what is no JSON", () => {
    expect(summary('[2,"7","Heartbeat",{}]')).toBe("");
    expect(summary("hello")).toBe("hello");
  });
});
