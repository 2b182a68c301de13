import { describe, expect, it } from "vitest";
import { EMPTY, GROUPS, ICONS, isPast, missing, requestOf } from "./kinds";

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
  it("end the highest limit where an end was said, by profile and by schedule", () => {
    const ends = (until: string) => {
      const request = requestOf("max_profile", { ...EMPTY, until });
      if (request.command !== "set_charging_profile") throw new Error("another command");
      const [schedule] = request.profile.schedules;
      const begins = Date.parse(schedule?.starts_at ?? "");
      const lasts = schedule?.duration_s;
      return [request.profile.valid_to, lasts && Math.round((begins + lasts * 1_000) / 60_000) * 60_000];
    };
    const end = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 3_600_000);
    expect(ends(end.toISOString())).toEqual([end.toISOString(), end.getTime()]);
    expect(ends("")).toEqual([undefined, undefined]);
    expect(isPast({ ...EMPTY, until: end.toISOString() })).toBe(false);
    expect(isPast({ ...EMPTY, until: "2026-01-01T00:00:00Z" })).toBe(true);
    expect(isPast(EMPTY)).toBe(false);
  });
});
