// Names of weekdays as the server writes them, in a language.

export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type WeekdayWord = (typeof WEEKDAYS)[number];

/** A Monday, to name weekdays by. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export function weekdayName(day: string, locale: string, form: "long" | "short" = "long"): string {
  const number = WEEKDAYS.indexOf(day as WeekdayWord);
  return new Intl.DateTimeFormat(locale, { weekday: form, timeZone: "UTC" }).format(
    new Date(MONDAY + number * DAY_MS),
  );
}

/** In the order of the week, short. */
export const weekdayNames = (days: readonly string[], locale: string): string =>
  WEEKDAYS.filter((day) => days.includes(day))
    .map((day) => weekdayName(day, locale, "short"))
    .join(", ");
