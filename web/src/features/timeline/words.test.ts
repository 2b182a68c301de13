import { describe, expect, it } from "vitest";
import type { TimelineLine } from "@/api/types";
import { differences, lookOfLine, told } from "./words";

const line = (kind: string, detail: Record<string, unknown> | null): TimelineLine => ({
  id: "1",
  at: "2026-01-01T14:05:00Z",
  kind,
  evse: null,
  connector: null,
  session_id: null,
  by: null,
  detail,
  cause: null,
});

describe("a line of the timeline", () => {
  it("tells what there is and nothing where there is nothing", () => {
    expect(told(line("status", { to: "Faulted", error: null }), "to")).toBe("Faulted");
    expect(told(line("status", { to: "Faulted", error: null }), "error")).toBe("");
    expect(told(line("disconnected", null), "to")).toBe("");
  });
  it("says what a person changed", () => {
    const changed = line("change", { before: { name: "A" }, after: { name: "B", owner: null } });
    expect(differences(changed)).toEqual(["name: A → B", "owner: —"]);
  });
  it("has a look for a kind nobody has heard of", () => {
    expect(lookOfLine(line("something_new", null)).tone).toBe("grey");
  });
});
