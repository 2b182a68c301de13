import { describe, expect, it } from "vitest";
import { limitsOf, membersOf, missing, type Schema, startOf, withMember } from "./schema";

const schema: Schema = {
  type: "object",
  required: ["connectorId", "profile"],
  properties: {
    note: { type: "string", maxLength: 20 },
    connectorId: { type: "integer", minimum: 0 },
    profile: {
      type: "object",
      required: ["periods", "unit"],
      properties: {
        unit: { type: "string", enum: ["A"] },
        periods: {
          type: "array",
          minItems: 1,
          items: { type: "object", required: ["limit"], properties: { limit: { type: "number" } } },
        },
      },
    },
  },
};

describe("a form from a schema", () => {
  it("begins with what has to be there", () => {
    expect(startOf(schema)).toEqual({ profile: { periods: [{}], unit: "A" } });
    expect(membersOf(schema).map(([name, , required]) => [name, required])).toEqual([
      ["connectorId", true],
      ["profile", true],
      ["note", false],
    ]);
  });
  it("says what is missing, down to the last level", () => {
    expect(missing(schema, startOf(schema))).toEqual(["/connectorId", "/profile/periods/0/limit"]);
    const whole = { connectorId: 0, profile: { unit: "A", periods: [{ limit: 16 }] } };
    expect(missing(schema, whole)).toEqual([]);
    expect(missing(schema, { connectorId: 1, profile: { unit: "A", periods: [] } })).toEqual([
      "/profile/periods",
    ]);
    expect(missing(schema, [])).toEqual(["/"]);
  });
  it("leaves out what was emptied", () => {
    expect(withMember({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
    expect(withMember({ a: 1 }, "b", false)).toEqual({ a: 1, b: false });
  });
  it("tells the limits", () => {
    expect(limitsOf({ type: "string", maxLength: 20 })).toBe("string ≤ 20");
    expect(limitsOf({ type: "array", minItems: 1, items: {} })).toBe("array 1–∞");
  });
});
