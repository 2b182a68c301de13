import { describe, expect, it } from "vitest";
import { EMPTY, GROUPS, ICONS, missing, requestOf } from "./kinds";

describe("commands", () => {
  it("are all in the menu once", () => {
    expect(GROUPS.flat().sort()).toEqual(Object.keys(ICONS).sort());
  });
  it("say what is missing", () => {
    expect(missing("start_session", EMPTY)).toEqual(["idToken"]);
    expect(missing("start_session", { ...EMPTY, idToken: "04A2" })).toEqual([]);
    expect(missing("unlock", EMPTY)).toEqual(["evse"]);
    expect(missing("soft_reset", EMPTY)).toEqual([]);
    expect(missing("update_firmware", EMPTY)).toEqual(["location"]);
  });
  it("leave out what was not chosen", () => {
    const plain = (kind: "soft_reset" | "hard_reset" | "set_unavailable", evse = "") =>
      JSON.parse(JSON.stringify(requestOf(kind, { ...EMPTY, evse })));
    expect(plain("soft_reset")).toEqual({ command: "reset", kind: "soft" });
    expect(plain("hard_reset", "2")).toEqual({ command: "reset", kind: "hard", evse: 2 });
    expect(plain("set_unavailable")).toEqual({ command: "set_availability", operative: false });
    expect(requestOf("read_variables", EMPTY)).toEqual({ command: "read_variables" });
  });
  it("keep a value's spaces and may set it empty", () => {
    expect(requestOf("write_variable", { ...EMPTY, name: " Greeting ", value: " hi " })).toMatchObject({
      name: "Greeting",
      value: " hi ",
    });
  });
  it("send the highest limit in watts and milliamperes", () => {
    const limit = (values: object) => {
      const request = requestOf("max_profile", { ...EMPTY, ...values });
      if (request.command !== "set_charging_profile") throw new Error("another command");
      return [
        request.profile.purpose,
        request.profile.schedules[0]?.unit,
        request.profile.schedules[0]?.periods[0]?.limit,
      ];
    };
    expect(limit({ limit: 32, unit: "A" })).toEqual(["station_max", "milli_amps", 32_000]);
    expect(limit({ limit: 7.4, unit: "W", evse: "1" })).toEqual(["default", "watts", 7_400]);
  });
});
