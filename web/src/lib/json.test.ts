import { describe, expect, it } from "vitest";
import { payload, pretty } from "./json";

describe("frames", () => {
  it("show the payload of a call and of its answer", () => {
    expect(payload('[2,"7","Heartbeat",{}]')).toBe("{}");
    expect(JSON.parse(payload('[3,"7",{"currentTime":"2026-11-21T14:00:00Z"}]'))).toEqual({
      currentTime: "2026-11-21T14:00:00Z",
    });
  });
  it("show errors and unreadable text whole", () => {
    expect(JSON.parse(payload('[4,"7","InternalError","",{}]'))).toEqual([4, "7", "InternalError", "", {}]);
    expect(payload('[2,"7",')).toBe('[2,"7",');
    expect(pretty("<b>not json</b>")).toBe("<b>not json</b>");
    expect(pretty(null)).toBe("");
  });
});
