import { describe, expect, it } from "vitest";
import { inUrl, KINDS, ticked } from "./kinds";

describe("log filters", () => {
  it("tick everything by default and then stay out of the URL", () => {
    expect(ticked(undefined)).toEqual(KINDS);
    expect(inUrl(KINDS)).toBeUndefined();
  });
  it("go to the URL and back", () => {
    expect(inUrl(["meter", "boot"])).toBe("boot,meter");
    expect(ticked("boot,meter")).toEqual(["boot", "meter"]);
  });
  it("may be all unticked", () => {
    expect(inUrl([])).toBe("none");
    expect(ticked("none")).toEqual([]);
  });
  it("ignore what they do not know", () => {
    expect(ticked("boot,drop table")).toEqual(["boot"]);
    expect(inUrl(["boot", "what"])).toBe("boot");
  });
});
