// Which days a dashboard shows, and which days it is compared with. Pure; days are texts like 2026-06-30.

export const KINDS = ["day", "week", "month", "year", "custom"] as const;
export type Kind = (typeof KINDS)[number];

export interface Range {
  from: string;
  to: string;
}

/** More days than this are drawn by month. */
const DAYS_AS_BARS = 92;
const DAY_MS = 86_400_000;

const date = (day: string) => new Date(`${day}T00:00:00Z`);
const text = (at: Date) => at.toISOString().slice(0, 10);
export const isDay = (day: string | undefined): day is string =>
  !!day && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(date(day).getTime());

export const addDays = (day: string, count: number): string =>
  text(new Date(date(day).getTime() + count * DAY_MS));

/** Days from the first to the last, both counted. */
export const lengthOf = ({ from, to }: Range): number =>
  Math.round((date(to).getTime() - date(from).getTime()) / DAY_MS) + 1;

function month(day: string, ahead: number): Range {
  const at = date(day);
  const year = at.getUTCFullYear();
  const number = at.getUTCMonth() + ahead;
  return {
    from: text(new Date(Date.UTC(year, number, 1))),
    to: text(new Date(Date.UTC(year, number + 1, 0))),
  };
}

/** The day, week (from Monday), month or year that a day belongs to. */
export function rangeOf(kind: Exclude<Kind, "custom">, day: string): Range {
  if (kind === "day") return { from: day, to: day };
  if (kind === "week") {
    const monday = addDays(day, -((date(day).getUTCDay() + 6) % 7));
    return { from: monday, to: addDays(monday, 6) };
  }
  if (kind === "month") return month(day, 0);
  return { from: `${day.slice(0, 4)}-01-01`, to: `${day.slice(0, 4)}-12-31` };
}

/** The same before (-1) or after (1): whole months and years, else as many days. */
export function moved(kind: Kind, range: Range, steps: 1 | -1): Range {
  if (kind === "month") return month(range.from, steps);
  if (kind === "year") return rangeOf("year", `${Number(range.from.slice(0, 4)) + steps}-06-15`);
  const days = lengthOf(range) * steps;
  return { from: addDays(range.from, days), to: addDays(range.to, days) };
}

/** What a period is compared with: the one before; while it runs, only as many days of it as have come. */
export function comparedWith(kind: Kind, range: Range, today: string): Range {
  const before = moved(kind, range, -1);
  if (today < range.from || today >= range.to) return before;
  const to = addDays(before.from, lengthOf({ from: range.from, to: today }) - 1);
  return { from: before.from, to: to < before.to ? to : before.to };
}

/** What the address asks for; nonsense in it is this month. */
export function periodFrom(
  url: Record<string, string | undefined>,
  today: string,
): { kind: Kind; range: Range } {
  const kind = KINDS.find((each) => each === url.period) ?? "month";
  if (kind === "custom" && isDay(url.from) && isDay(url.to) && url.from <= url.to) {
    return { kind, range: { from: url.from, to: url.to } };
  }
  const known = kind === "custom" ? "month" : kind;
  return { kind: known, range: rangeOf(known, isDay(url.day) ? url.day : today) };
}

/** Whether bars are months. */
export const byMonth = (range: Range): boolean => lengthOf(range) > DAYS_AS_BARS;
