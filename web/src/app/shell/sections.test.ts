import { describe, expect, it } from "vitest";
import { sectionOf } from "./sections";

describe("sectionOf", () => {
  it("finds the most precise section", () => {
    expect(sectionOf("/")).toBe("/");
    expect(sectionOf("/account")).toBeUndefined();
    expect(sectionOf("/chargers")).toBe("/chargers");
    expect(sectionOf("/chargers/unknown")).toBe("/chargers/unknown");
    expect(sectionOf("/chargers/0198")).toBe("/chargers");
    expect(sectionOf("/sessions/7")).toBe("/sessions");
  });
});
