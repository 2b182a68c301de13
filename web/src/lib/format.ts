// Turns figures with units into text. Pure; the locale and the zone are arguments. Screens use `ui/`, not this.

export const ABSENT = "—";

function number(value: number, digits: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** Digits that keep about three significant figures. */
function digitsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

/** Watt-hours as Wh, kWh, MWh or GWh. */
export function energy(wh: number, locale: string): { value: string; unit: string } {
  const size = Math.abs(wh);
  if (size < 1_000) return { value: number(wh, 0, locale), unit: "Wh" };
  if (size < 10_000_000) {
    const kwh = wh / 1_000;
    return { value: number(kwh, digitsFor(kwh), locale), unit: "kWh" };
  }
  const mwh = wh / 1_000_000;
  if (size < 10_000_000_000) return { value: number(mwh, digitsFor(mwh), locale), unit: "MWh" };
  return { value: number(mwh / 1_000, digitsFor(mwh / 1_000), locale), unit: "GWh" };
}

/** Kilowatt-hours with all that was measured, for tables in which figures are compared. */
export function energyExact(wh: number, locale: string): { value: string; unit: string } {
  return { value: number(wh / 1_000, 3, locale), unit: "kWh" };
}

/** Watts as W, kW or MW. */
export function power(w: number, locale: string): { value: string; unit: string } {
  const size = Math.abs(w);
  if (size < 1_000) return { value: number(w, 0, locale), unit: "W" };
  if (size < 1_000_000) {
    const kw = w / 1_000;
    return { value: number(kw, size < 100_000 ? 1 : 0, locale), unit: "kW" };
  }
  return { value: number(w / 1_000_000, 2, locale), unit: "MW" };
}

/** A size in bytes as B, kB or MB. */
export function bytes(value: number, locale: string): { value: string; unit: string } {
  if (value < 1_000) return { value: number(value, 0, locale), unit: "B" };
  if (value < 1_000_000)
    return { value: number(value / 1_000, digitsFor(value / 1_000), locale), unit: "kB" };
  return { value: number(value / 1_000_000, digitsFor(value / 1_000_000), locale), unit: "MB" };
}

/** Seconds as the two largest units that say something: `3 d 4 h`, `1 h 24 min`, `45 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
}

/** Milliseconds as `12 ms` or `1.4 s`. */
export function latency(ms: number, locale: string): string {
  return ms < 1_000 ? `${ms} ms` : `${number(ms / 1_000, 1, locale)} s`;
}

function sameDay(a: Date, b: Date, zone: string): boolean {
  const day = (d: Date) => d.toLocaleDateString("sv", { timeZone: zone });
  return day(a) === day(b);
}

/** A zone the browser knows, or UTC: stations and people type zones too. */
export function knownZone(zone: string | null | undefined): string {
  if (!zone) return "UTC";
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}

/** Short where it can be: only the time today, with the date otherwise, with the year when it is another. */
export function instant(iso: string, zone: string, locale: string, now: Date, seconds = false): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const timeZone = knownZone(zone);
  const time = at.toLocaleTimeString(locale, {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
  });
  if (sameDay(at, now, timeZone)) return time;
  const sameYear =
    at.toLocaleDateString("sv", { timeZone }).slice(0, 4) ===
    now.toLocaleDateString("sv", { timeZone }).slice(0, 4);
  const date = at.toLocaleDateString(locale, {
    timeZone,
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  });
  return `${date}, ${time}`;
}

/** The whole moment with its zone named, for tooltips. */
export function instantLong(iso: string, zone: string, locale: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const timeZone = knownZone(zone);
  return `${at.toLocaleString(locale, { timeZone, dateStyle: "medium", timeStyle: "medium" })} ${timeZone}`;
}

/** The zone's short name at that moment, for example CET or GMT+1. */
export function zoneName(zone: string, locale: string, at: Date): string {
  const timeZone = knownZone(zone);
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? timeZone;
}

/** Money from a decimal text: never through arithmetic. */
export function money(amount: string, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  // A decimal text is formatted exactly; a number would round it first.
  return format.format(amount as unknown as number);
}
