import { describe, expect, it } from "vitest";
import { blank, draftOf, isPercent, isPrice, previewable, requestOf, windowFault } from "./draft";

const grid = { ...blank("Grid, evening", "distribution"), per_kwh: "0,5", from: "17", until: "21" };
const draft = {
  name: " Jutland ",
  zone: "DK1",
  currency: "DKK",
  vat: "25",
  components: [
    { ...grid, weekdays: ["5", "1"], first: "10", last: "3" },
    { ...blank("State tax paid back", "refund"), per_kwh: "0.9", taxable: true },
  ],
};

describe("a price profile as it is typed", () => {
  it("is sent as the server has it, and read again as it was", () => {
    const request = requestOf(draft);
    expect(request.name).toBe("Jutland");
    expect(request.content.components[0]).toEqual({
      name: "Grid, evening",
      per_kwh: "0.5",
      when: { hours: [17, 21], weekdays: [1, 5], months: [10, 3] },
      taxable: true,
      refund: false,
    });
    expect(request.content.components[1]?.taxable).toBe(false);
    const profile = {
      id: "1",
      time_zone: "Europe/Copenhagen",
      chargers: 0,
      owners: 0,
      version: 1,
      ...request,
    };
    expect(requestOf(draftOf(profile))).toEqual(request);
  });

  it("takes commas and refuses what is no price", () => {
    expect(["0,25", "1", "0.123456"].every(isPrice)).toBe(true);
    expect(["", "-1", "1.1234567", "x", "1e3"].some(isPrice)).toBe(false);
    expect([isPercent("25"), isPercent("100"), isPercent("101"), isPercent("")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("knows what is not typed to its end", () => {
    expect(previewable(draft)).toBe(true);
    expect(previewable({ ...draft, components: [blank("", "other")] })).toBe(false);
    expect(windowFault({ ...grid, until: "" })).toBe("hours");
    expect(windowFault({ ...grid, until: "17" })).toBe("hours");
    expect(windowFault({ ...grid, first: "10" })).toBe("months");
    expect(windowFault(grid)).toBeNull();
  });
});
