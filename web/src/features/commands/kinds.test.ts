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
    expect(missing("reset", EMPTY)).toEqual([]);
  });
  it("leave out what was not chosen", () => {
    expect(JSON.parse(JSON.stringify(requestOf("reset", EMPTY)))).toEqual({ command: "reset", kind: "soft" });
    expect(JSON.parse(JSON.stringify(requestOf("reset", { ...EMPTY, reset: "hard", evse: "2" })))).toEqual({
      command: "reset",
      kind: "hard",
      evse: 2,
    });
    expect(requestOf("read_variables", EMPTY)).toEqual({ command: "read_variables" });
  });
  it("keep a value's spaces and may set it empty", () => {
    expect(requestOf("write_variable", { ...EMPTY, name: " Greeting ", value: " hi " })).toMatchObject({
      name: "Greeting",
      value: " hi ",
    });
  });
});
