// What the log shows, as it stands in the address. Pure.
import { path, type Query } from "@/api/http";
import type { UrlValues } from "@/lib/urlState";

export const filterOf = (url: UrlValues): Query => ({
  kind: url.kind,
  direction: url.direction,
  q: url.q,
  from: url.from,
  to: url.to,
});

/** Where the same messages come as a file. */
export const exportUrl = (id: string, format: "jsonl" | "csv", url: UrlValues): string =>
  path(`/stations/${encodeURIComponent(id)}/messages/export`, { format, ...filterOf(url) });
