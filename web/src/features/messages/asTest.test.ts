import { describe, expect, it } from "vitest";
import type { Message } from "@/api/types";
import { asTest } from "./asTest";

const station = {
  identity: "KIE-001",
  vendor: "Voltaro",
  model: "Pillar 22",
  firmware: "3.1.4",
  protocol: "ocpp1.6",
};
const message = (change: Partial<Message>): Message => ({
  id: "1",
  at: "2026-11-21T12:00:00Z",
  direction: "received",
  kind: "heartbeat",
  action: "Heartbeat",
  message_id: "7",
  request: '[2,"7","Heartbeat",{}]',
  response: '[3,"7",{"currentTime":"2026-11-21T12:00:00Z"}]',
  outcome: "ok",
  error_code: null,
  took_ms: null,
  ...change,
});

describe("an exchange as a test", () => {
  it("is what the charger said and what we answered", () => {
    expect(asTest(message({}), station)).toBe(
      [
        "# Heartbeat of Voltaro Pillar 22 3.1.4",
        "version ocpp1.6",
        "now 2026-11-21T12:00:00Z",
        '< [2,"7","Heartbeat",{}]',
        '> [3,"7",{"currentTime":"2026-11-21T12:00:00Z"}]',
        "",
      ].join("\n"),
    );
  });
  it("names our own call by the id it will have", () => {
    const sent = message({
      direction: "sent",
      action: "ClearCache",
      request: '[2,"f0-9","ClearCache",{}]',
      response: '[3,"f0-9",{"status":"Accepted"}]',
    });
    const lines = asTest(sent, station).split("\n");
    expect(lines).toContain("message ClearCache {}");
    expect(lines).toContain('< [3,"%ID",{"status":"Accepted"}]');
  });
  it("keeps a script of lines, whatever the charger sent", () => {
    const odd = message({ request: '[2,\n"7",\n"Heartbeat"', response: null });
    expect(asTest(odd, { ...station, vendor: null, model: null, firmware: "1\n< [2]" })).toBe(
      '# Heartbeat of 1 < [2]\nversion ocpp1.6\nnow 2026-11-21T12:00:00Z\n< [2, "7", "Heartbeat"\n',
    );
  });
});
