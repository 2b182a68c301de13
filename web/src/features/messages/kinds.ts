// The kinds of messages in the log, as tick boxes in the URL. Pure.
import type { MessageKind } from "@/api/types";

export const KINDS: MessageKind[] = [
  "boot",
  "status",
  "authorisation",
  "heartbeat",
  "meter",
  "transaction",
  "profile",
  "firmware",
  "other",
];

/** What is ticked when the URL says nothing: everything. `none` is written when nothing is. */
export function ticked(inUrl: string | undefined): MessageKind[] {
  if (inUrl === undefined || inUrl === "") return KINDS;
  const named = new Set(inUrl.split(","));
  return KINDS.filter((kind) => named.has(kind));
}

/** How that is written in the URL: nothing when everything is ticked. */
export function inUrl(kinds: readonly string[]): string | undefined {
  const known = KINDS.filter((kind) => kinds.includes(kind));
  if (known.length === KINDS.length) return undefined;
  return known.length === 0 ? "none" : known.join(",");
}
