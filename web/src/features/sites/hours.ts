// Opening hours as the form holds them. Pure.
import type { OpeningHours } from "@/api/types";

export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** How the hours are given: not at all, day and night, or by weekday. */
export type Mode = "unknown" | "always" | "week";

export const modeOf = (hours: OpeningHours | null): Mode =>
  !hours ? "unknown" : hours.always ? "always" : "week";

const WORKDAY = { from: "08:00", to: "18:00" };

export function inMode(mode: Mode, hours: OpeningHours | null): OpeningHours | null {
  if (mode === "unknown") return null;
  const week = hours?.week.length ? hours.week : DAYS.slice(0, 5).map((day) => ({ day, ...WORKDAY }));
  return {
    always: mode === "always",
    week: mode === "always" ? [] : week,
    exceptions: hours?.exceptions ?? [],
  };
}

/** A clock's field has no 24:00: midnight at the end of a range is 00:00 there. */
export const endForField = (to: string): string => (to === "24:00" ? "00:00" : to);
export const endFromField = (to: string): string => (to === "00:00" ? "24:00" : to);

/** The same hours as Monday's on every day from Tuesday to Friday. */
export function likeMonday(hours: OpeningHours): OpeningHours {
  const monday = hours.week.filter((each) => each.day === 1);
  const rest = hours.week.filter((each) => each.day === 1 || each.day > 5);
  const copied = [2, 3, 4, 5].flatMap((day) => monday.map((each) => ({ ...each, day })));
  return {
    ...hours,
    week: [...rest, ...copied].sort((a, b) => a.day - b.day || a.from.localeCompare(b.from)),
  };
}

/** `Mon–Fri 08:00–18:00`: days with the same hours together. */
export function inWords(hours: OpeningHours, dayName: (day: number) => string): string[] {
  const of = (day: number) =>
    hours.week
      .filter((each) => each.day === day)
      .map((each) => `${each.from}–${each.to}`)
      .join(", ");
  const lines: string[] = [];
  let first = 1;
  for (const day of DAYS) {
    if (day < 7 && of(day + 1) === of(first)) continue;
    const text = of(first);
    if (text) lines.push(`${first === day ? dayName(day) : `${dayName(first)}–${dayName(day)}`} ${text}`);
    first = day + 1;
  }
  return lines;
}
