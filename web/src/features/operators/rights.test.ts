import { describe, expect, it } from "vitest";
import { changed, completed, RIGHT_GROUPS } from "./rights";

describe("rights", () => {
  it("bring along what they need", () => {
    expect(completed(["tokens"]).sort()).toEqual(["tokens", "tokens_read"]);
  });
  it("go with what they need", () => {
    expect(changed(["tokens", "tokens_read", "read"], ["tokens", "read"])).toEqual(["read"]);
    expect(changed(["read"], ["read", "raw_call"]).sort()).toEqual(["command", "raw_call", "read"]);
  });
  it("are each in one group", () => {
    const all = RIGHT_GROUPS.flatMap((group) => group.rights);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe(27);
  });
});
