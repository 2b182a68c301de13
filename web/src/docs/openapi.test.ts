import { describe, expect, it } from "vitest";
import { byTag, type Document, members, typeOf } from "./openapi";

const document: Document = {
  info: { title: "Forecourt", version: "0" },
  tags: [{ name: "sites" }, { name: "unused" }],
  paths: {
    "/health": { get: { summary: "Alive" } },
    "/sites": { get: { tags: ["sites"], operationId: "list" }, post: { tags: ["sites"] } },
  },
  components: {
    schemas: {
      Base: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
      Site: {
        allOf: [{ $ref: "#/components/schemas/Base" }],
        properties: { name: { type: ["string", "null"] } },
      },
    },
  },
};

describe("the document", () => {
  it("is grouped by tag, the untagged last, empty tags left out", () => {
    expect(byTag(document).map((group) => [group.tag, group.entries.length])).toEqual([
      ["sites", 2],
      ["", 1],
    ]);
  });
  it("says types in a few words", () => {
    expect(typeOf(document, { type: ["string", "null"] })).toBe("string | null");
    expect(typeOf(document, { type: "array", items: { $ref: "#/components/schemas/Site" } })).toBe("Site[]");
    expect(typeOf(document, { type: "integer", format: "int64" })).toBe("integer (int64)");
    expect(typeOf(document, { enum: ["a", "b"] })).toBe('"a" | "b"');
  });
  it("joins members of what it builds on", () => {
    expect(members(document, { $ref: "#/components/schemas/Site" })).toEqual([
      ["id", { type: "string" }, true],
      ["name", { type: ["string", "null"] }, false],
    ]);
  });
});
