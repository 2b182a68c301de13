// Calendar days of a zone as moments: a filter "from 3 March" means the midnight of that place.
import { knownZone } from "./format";

/** Minutes that the zone is ahead of UTC at a moment. */
function offsetMinutes(at: Date, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: knownZone(zone),
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return Math.round((local - at.getTime()) / 60_000);
}

/** The first moment of a day written `2026-03-29`, as RFC 3339 in UTC; `undefined` for anything else. */
export function dayStart(day: string, zone: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const asUtc = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(asUtc.getTime())) return undefined;
  const first = new Date(asUtc.getTime() - offsetMinutes(asUtc, zone) * 60_000);
  // The offset may have been another at that midnight than at the same time in UTC.
  return new Date(asUtc.getTime() - offsetMinutes(first, zone) * 60_000).toISOString();
}

/** A day as addresses write it; `undefined` for anything that is none. */
export const dayIn = (text: string | undefined): string | undefined =>
  text && dayStart(text, "UTC") ? text : undefined;

/** A moment written `2026-03-29T14:05` on the clocks of a zone, as RFC 3339 in UTC; `undefined` for anything else. */
export function wallTime(text: string, zone: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return undefined;
  const asUtc = new Date(`${text}Z`);
  if (Number.isNaN(asUtc.getTime())) return undefined;
  const first = new Date(asUtc.getTime() - offsetMinutes(asUtc, zone) * 60_000);
  return new Date(asUtc.getTime() - offsetMinutes(first, zone) * 60_000).toISOString();
}

/** The other way: a moment as the clocks of a zone show it, for a field; empty when there is none. */
export function onTheWall(at: string | undefined, zone: string): string {
  const moment = at ? new Date(at) : undefined;
  if (!moment || Number.isNaN(moment.getTime())) return "";
  return new Date(moment.getTime() + offsetMinutes(moment, zone) * 60_000).toISOString().slice(0, 16);
}

/** The first moment after a day. */
export function dayEnd(day: string, zone: string): string | undefined {
  const asUtc = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(asUtc.getTime())) return undefined;
  asUtc.setUTCDate(asUtc.getUTCDate() + 1);
  return dayStart(asUtc.toISOString().slice(0, 10), zone);
}
