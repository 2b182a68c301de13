import { expect, test } from "vitest";
import { inputOf, missingIn, unitsOf, valuesOf, withKind } from "./values";

test("a form says what is missing, and only of the way that was chosen", () => {
  const empty = valuesOf(null);
  expect(empty.wire).toBe("api");
  expect(missingIn(empty)).toEqual([]);
  expect(missingIn({ ...empty, wire: "mqtt" })).toEqual(["mqtt.host", "mqtt.values.0.topic"]);
  expect(missingIn({ ...empty, wire: "modbus", measure: "total_power" })).toEqual([
    "modbus.host",
    "modbus.addresses.0",
  ]);
});

test("a known meter fills the form; what is sent is of one way only", () => {
  const shelly = withKind({ ...valuesOf(null), factor: "0,5" }, "shelly");
  shelly.mqtt.host = " broker.example.com ";
  expect(missingIn(shelly)).toEqual([]);
  const sent = inputOf({ ...shelly, factor: "0,5" });
  expect(sent).toMatchObject({ measure: "currents", unit: "amperes", factor: "0.5" });
  expect(sent).not.toHaveProperty("modbus");
  expect("mqtt" in sent && sent.mqtt).toMatchObject({
    host: "broker.example.com",
    user_name: null,
    password: null,
    values: ["/a_current", "/b_current", "/c_current"].map((pointer) => ({
      topic: "shellypro3em/status/em:0",
      pointer,
    })),
  });
  const eastron = inputOf(withKind(valuesOf(null), "eastron"));
  expect("modbus" in eastron && eastron.modbus?.addresses).toEqual([6, 8, 10]);
});

test("one number for the power of all phases", () => {
  const values = {
    ...valuesOf(null),
    wire: "modbus" as const,
    measure: "total_power" as const,
    unit: "watts",
  };
  values.modbus.addresses = [52, "", ""];
  const sent = inputOf(values);
  expect("modbus" in sent && sent.modbus?.addresses).toEqual([52]);
  expect(unitsOf("total_power")).toContain("kilowatts");
});
