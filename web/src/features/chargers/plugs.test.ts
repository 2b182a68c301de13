import { describe, expect, it } from "vitest";
import { evsesOf, NEW_PLUG, withKind } from "./plugs";

describe("plugs of a form", () => {
  it("are EVSEs, numbered as they stand", () => {
    expect(evsesOf([NEW_PLUG, { kind: "ccs2", power: "", current: "dc" }])).toEqual([
      { evse: 1, max_power_w: 22_000, current: "ac", connectors: [{ connector: 1, kind: "type2" }] },
      { evse: 2, max_power_w: null, current: "dc", connectors: [{ connector: 1, kind: "ccs2" }] },
    ]);
  });
  it("bring their current along", () => {
    expect(withKind(NEW_PLUG, "ccs2").current).toBe("dc");
    expect(withKind({ ...NEW_PLUG, current: "dc" }, "type2").current).toBe("ac");
    expect(withKind({ ...NEW_PLUG, current: "dc" }, "nacs").current).toBe("dc");
  });
});
