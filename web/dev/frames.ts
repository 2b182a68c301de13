// Made-up frames for the log screen. Never part of the bundle.
import type { Message, MessageKind } from "../src/api/types.ts";
import { ago } from "./data.ts";

type Sample = [MessageKind, string, "received" | "sent", unknown, unknown, Message["outcome"]];

const SAMPLES: Sample[] = [
  ["heartbeat", "Heartbeat", "received", {}, { currentTime: ago(0) }, "ok"],
  [
    "meter",
    "MeterValues",
    "received",
    {
      connectorId: 1,
      transactionId: 48_012,
      meterValue: [
        {
          timestamp: ago(0),
          sampledValue: [
            { value: "1834.220", unit: "kWh" },
            { value: "10980", measurand: "Power.Active.Import", unit: "W" },
          ],
        },
      ],
    },
    {},
    "ok",
  ],
  [
    "status",
    "StatusNotification",
    "received",
    { connectorId: 1, status: "Charging", errorCode: "NoError" },
    {},
    "ok",
  ],
  [
    "authorisation",
    "Authorize",
    "received",
    { idTag: "04A2B1<script>alert(1)</script>" },
    { idTagInfo: { status: "Invalid" } },
    "ok",
  ],
  [
    "transaction",
    "StartTransaction",
    "received",
    { connectorId: 1, idTag: "04A2B1C3", meterStart: 1_829_104, timestamp: ago(0) },
    { transactionId: 48_012, idTagInfo: { status: "Accepted" } },
    "ok",
  ],
  [
    "boot",
    "BootNotification",
    "received",
    { chargePointVendor: "ABB", chargePointModel: "Terra AC W22-T", firmwareVersion: "1.6.5" },
    { status: "Accepted", currentTime: ago(0), interval: 300 },
    "ok",
  ],
  ["other", "Reset", "sent", { type: "Soft" }, { status: "Accepted" }, "ok"],
  ["profile", "SetChargingProfile", "sent", { connectorId: 0 }, null, "no_answer"],
  ["firmware", "FirmwareStatusNotification", "received", { status: "Idle" }, {}, "ok"],
  ["other", "DataTransfer", "received", { vendorId: "acme", data: "{not json" }, ["NotSupported"], "error"],
];

export function messages(): Message[] {
  return Array.from({ length: 60 }, (_, index) => {
    const [kind, action, direction, request, response, outcome] = SAMPLES[
      (index * 7 + (index % 3)) % SAMPLES.length
    ] as Sample;
    const id = `m${900 - index}`;
    return {
      id,
      at: ago(index * 47_000),
      direction,
      kind,
      action,
      message_id: id,
      request: JSON.stringify([2, id, action, request]),
      response:
        response === null
          ? null
          : outcome === "error"
            ? JSON.stringify([4, id, "NotSupported", "unknown vendor", {}])
            : JSON.stringify([3, id, response]),
      outcome,
      error_code: outcome === "error" ? "NotSupported" : null,
      took_ms: response === null ? null : 3 + ((index * 13) % 190),
    };
  });
}
