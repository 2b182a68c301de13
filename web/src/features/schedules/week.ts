// A week of charging hours: what holds in each hour, and windows for several days at once. Pure.
import type { HoursContent, HoursLimit } from "@/api/types";

export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const DAY_MINUTES = 24 * 60;

/** Several days that have the same window. */
export interface Row {
  key: number;
  days: string[];
  from: string;
  to: string;
  /** full: all the charger can deliver; none: nothing; a: amperes; kw: kilowatts. */
  kind: Kind;
  amount: number | string;
}

export type Kind = "full" | "none" | "a" | "kw";

const THOUSAND = 1_000;

export function kindOf(limit: HoursLimit | null | undefined): Kind {
  if (!limit) return "full";
  if (limit.rate === 0) return "none";
  return limit.unit === "watts" ? "kw" : "a";
}

export const amountOf = (limit: HoursLimit | null | undefined): number | string =>
  limit && limit.rate > 0 ? limit.rate / THOUSAND : "";

export function limitOf(kind: Kind, amount: number | string): HoursLimit | null {
  if (kind === "full") return null;
  if (kind === "none") return { unit: "milli_amps", rate: 0 };
  return { unit: kind === "kw" ? "watts" : "milli_amps", rate: Math.round(Number(amount) * THOUSAND) };
}

const minutes = (text: string): number => {
  const [hours = 0, rest = 0] = text.split(":").map(Number);
  return hours * 60 + rest;
};

/** Windows of the same times and limit become one row. */
export function rowsOf(content: HoursContent): Row[] {
  const rows = new Map<string, Row>();
  for (const window of content.windows ?? []) {
    const kind = kindOf(window.limit);
    const amount = amountOf(window.limit);
    const name = [window.from, window.to, kind, amount].join();
    const known = rows.get(name);
    if (known) known.days.push(String(window.day));
    else
      rows.set(name, {
        key: rows.size,
        days: [String(window.day)],
        from: window.from,
        to: window.to,
        kind,
        amount,
      });
  }
  return [...rows.values()];
}

export function contentOf(rows: Row[], otherwise: { kind: Kind; amount: number | string }): HoursContent {
  // A window that goes over midnight is two.
  const parts = rows.flatMap((row) =>
    row.days.flatMap((text) => {
      const day = Number(text);
      const limit = limitOf(row.kind, row.amount);
      const to = row.to === "00:00" ? "24:00" : row.to;
      if (minutes(row.from) < minutes(to)) return [{ day, from: row.from, to, limit }];
      return [
        { day, from: row.from, to: "24:00", limit },
        { day: (day % 7) + 1, from: "00:00", to, limit },
      ];
    }),
  );
  return { windows: parts, otherwise: limitOf(otherwise.kind, otherwise.amount) };
}

export interface Band {
  /** Minutes since midnight. */
  from: number;
  to: number;
  limit: HoursLimit | null;
}

/** What holds on a day, one after the other. */
export function dayOf(content: HoursContent, day: number): Band[] {
  const windows = (content.windows ?? [])
    .filter((window) => window.day === day)
    .map((window) => ({ from: minutes(window.from), to: minutes(window.to), limit: window.limit ?? null }))
    .filter((window) => window.from < window.to)
    .sort((a, b) => a.from - b.from);
  const bands: Band[] = [];
  let at = 0;
  for (const window of windows) {
    if (window.from > at) bands.push({ from: at, to: window.from, limit: content.otherwise ?? null });
    bands.push(window);
    at = Math.max(at, window.to);
  }
  if (at < DAY_MINUTES) bands.push({ from: at, to: DAY_MINUTES, limit: content.otherwise ?? null });
  return bands;
}

export const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
