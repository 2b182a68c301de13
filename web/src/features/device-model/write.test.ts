import { describe, expect, it } from "vitest";
import type { Component } from "@/api/types";
import { matching, placeOf, writeOf } from "./write";

describe("writing a variable", () => {
  it("is the plain command where that can say it", () => {
    expect(writeOf({ component: "", instance: "" }, { name: "Key", instance: "" }, "Actual", "1")).toEqual({
      command: "write_variable",
      name: "Key",
      value: "1",
    });
  });
  it("names instance, EVSE and attribute where these matter", () => {
    const body = writeOf(
      { component: "Connector", instance: "evse=1,connector=2" },
      { name: "Available", instance: "x" },
      "Target",
      "false",
    );
    expect(body).toEqual({
      command: "set_variables",
      setVariableData: [
        {
          attributeValue: "false",
          attributeType: "Target",
          component: { name: "Connector", evse: { id: 1, connectorId: 2 } },
          variable: { name: "Available", instance: "x" },
        },
      ],
    });
    expect(placeOf("left,evse=3")).toEqual({ instance: "left", evse: { id: 3 } });
    expect(placeOf("main")).toEqual({ instance: "main" });
  });
});

describe("search in a device model", () => {
  const variable = (name: string, value: string | null) => ({
    name,
    instance: "",
    attributes: [{ attribute: "Actual", value, readonly: false, seen_at: "" }],
    data_type: null,
    unit: null,
    min: null,
    max: null,
    choices: [],
    supports_monitoring: false,
    writeonly: false,
  });
  const model: Component[] = [
    {
      component: "ClockCtrlr",
      instance: "",
      variables: [variable("TimeSource", "NTP"), variable("X", null)],
    },
    { component: "AuthCtrlr", instance: "", variables: [variable("Enabled", "true")] },
  ];
  it("finds by component, variable and value", () => {
    expect(matching(model, "clock")[0]?.variables).toHaveLength(2);
    expect(matching(model, "ntp")[0]?.variables.map((each) => each.name)).toEqual(["TimeSource"]);
    expect(matching(model, "enabled")).toHaveLength(1);
    expect(matching(model, "nothing")).toEqual([]);
    expect(matching(model, " ")).toHaveLength(2);
  });
});
