import { describe, expect, it } from "vitest";
import type { Deviation, Message, ProtocolMessage } from "@/api/types";
import { unused, usesOf, verdictOf } from "./verdict";

const message = (action: string, change: Partial<Message> = {}): Message => ({
  id: "1",
  at: "2026-11-21T12:00:00Z",
  direction: "received",
  kind: "other",
  action,
  message_id: "1",
  request: "",
  response: null,
  outcome: "ok",
  error_code: null,
  took_ms: null,
  ...change,
});
const deviation = (advice: string): Deviation => ({
  kind: "k",
  path: "p",
  seen: "s",
  count: 1,
  first_at: "",
  last_at: "",
  advice,
});

describe("conformance", () => {
  it("counts messages and puts failures first", () => {
    const uses = usesOf([
      message("Heartbeat"),
      message("Heartbeat", { at: "2026-11-21T13:00:00Z" }),
      message("Reset", { direction: "sent", outcome: "no_answer" }),
    ]);
    expect(uses.map((use) => [use.action, use.count, use.failed])).toEqual([
      ["Reset", 1, 1],
      ["Heartbeat", 2, 0],
    ]);
    expect(uses[1]?.last).toBe("2026-11-21T13:00:00Z");
  });
  it("names what was not heard", () => {
    const known = [
      { action: "Heartbeat", from_station: true },
      { action: "MeterValues", from_station: true },
      { action: "Reset", from_station: false },
    ] as ProtocolMessage[];
    expect(unused([message("Heartbeat")], known)).toEqual(["MeterValues"]);
  });
  it("tells what can be lived with from what someone must do", () => {
    const uses = usesOf([message("Heartbeat")]);
    expect(verdictOf([], [])).toBe("silent");
    expect(verdictOf([], uses)).toBe("good");
    expect(verdictOf([deviation("It is read. Nothing needs to be done.")], uses)).toBe("tolerated");
    expect(verdictOf([deviation("Update the firmware.")], uses)).toBe("act");
    expect(verdictOf([], usesOf([message("Status", { outcome: "bad" })]))).toBe("act");
    // What we sent in vain says nothing about what the charger says.
    expect(verdictOf([], usesOf([message("Reset", { direction: "sent", outcome: "no_answer" })]))).toBe(
      "good",
    );
  });
});
