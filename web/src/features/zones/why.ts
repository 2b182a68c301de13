// Why an EVSE has its limit, as a key of the locale and what stands in it; pure.
import type { ZoneEvse } from "@/api/types";

export interface Why {
  key: string;
  values: Record<string, string | number>;
}

/** `nameOf` tells the name of a zone. */
export function whyOf(evse: ZoneEvse, nameOf: (zone: string) => string): Why {
  const zone = evse.by_zone_id ? nameOf(evse.by_zone_id) : "";
  const line = evse.line ? evse.line.toUpperCase() : "";
  const values = { zone, line, place: evse.place ?? 0 };
  if (evse.why === "refuses" && evse.refused)
    return { key: "refusesSaying", values: { ...values, word: evse.refused } };
  return { key: evse.why, values };
}

/** Sentences for those who wait, in the order of the queue. */
export const queueOf = (evses: ZoneEvse[]): ZoneEvse[] =>
  evses.filter((evse) => evse.why === "waiting").sort((a, b) => (a.place ?? 0) - (b.place ?? 0));

export const most = (currents: { l1: number; l2: number; l3: number }): number =>
  Math.max(currents.l1, currents.l2, currents.l3);
