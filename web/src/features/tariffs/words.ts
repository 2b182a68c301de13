// What a tariff says, in words: one line for each part of it, in the order in which prices are looked up. Pure.
import type { TFunction } from "i18next";
import type { PriceComponent, PriceLimit, TariffRestrictions, TariffRules } from "@/api/types";
import { perMinute } from "@/lib/decimal";
import { WEEKDAYS, weekdayName } from "@/lib/weekdays";

export interface Spoken {
  /** When it holds; empty where nothing is asked. */
  when: string;
  prices: string[];
}

const DAY_MS = 86_400_000;
const WORKDAYS = 5;

/** Prices have up to six decimals: as many as there are, and at least those of the currency. */
export function priceText(amount: string, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 6 });
  return format.format(amount as unknown as number);
}

function daysText(days: string[], locale: string, t: TFunction): string {
  const known = WEEKDAYS.filter((day) => days.includes(day));
  if (known.length === WORKDAYS && WEEKDAYS.slice(0, WORKDAYS).every((day) => known.includes(day)))
    return t("tariff.words.workdays");
  if (known.length === 2 && known.includes("saturday") && known.includes("sunday"))
    return t("tariff.words.weekend");
  const names = known.map((day) => weekdayName(day, locale));
  return t("tariff.words.days", { days: new Intl.ListFormat(locale, { type: "conjunction" }).format(names) });
}

const day = (date: string, locale: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );

/** `end_date` is the first day on which it no longer holds. */
const before = (date: string, locale: string) => {
  const last = new Date(new Date(`${date}T00:00:00Z`).getTime() - DAY_MS);
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(last);
};

export function whenText(r: TariffRestrictions, locale: string, t: TFunction): string {
  const parts: string[] = [];
  const number = (value: number, unit: string) => `${new Intl.NumberFormat(locale).format(value)} ${unit}`;
  const between = (
    name: "energy" | "power" | "current" | "duration",
    least: number | null | undefined,
    most: number | null | undefined,
    unit: string,
    per: number,
  ) => {
    const [min, max] = [least ? number(least / per, unit) : "", most ? number(most / per, unit) : ""];
    if (min && max) parts.push(t(`tariff.words.${name}.between`, { min, max }));
    else if (min) parts.push(t(`tariff.words.${name}.from`, { min }));
    else if (max) parts.push(t(`tariff.words.${name}.below`, { max }));
  };
  if (r.weekdays && r.weekdays.length > 0) parts.push(daysText(r.weekdays, locale, t));
  if (r.start_time || r.end_time)
    parts.push(t("tariff.words.clock", { from: r.start_time ?? "00:00", to: r.end_time ?? "24:00" }));
  if (r.start_date && r.end_date)
    parts.push(t("tariff.words.season", { from: day(r.start_date, locale), to: before(r.end_date, locale) }));
  else if (r.start_date) parts.push(t("tariff.words.since", { from: day(r.start_date, locale) }));
  else if (r.end_date) parts.push(t("tariff.words.until", { to: before(r.end_date, locale) }));
  between("energy", r.min_energy_wh, r.max_energy_wh, "kWh", 1_000);
  between("power", r.min_power_w, r.max_power_w, "kW", 1_000);
  between("current", r.min_current_ma, r.max_current_ma, "A", 1_000);
  between("duration", r.min_duration_s, r.max_duration_s, "min", 60);
  return parts.join(", ");
}

export function componentText(each: PriceComponent, currency: string, locale: string, t: TFunction): string {
  if (/^0+(\.0+)?$/.test(each.price)) return t(`tariff.words.free.${each.dimension}`);
  const timed = ["charging_time", "occupied_time", "session_time"].includes(each.dimension);
  const minute = timed ? perMinute(each.price) : undefined;
  const price = priceText(minute ?? each.price, currency, locale);
  const unit = timed ? (minute ? "minute" : "hour") : "once";
  const text = t(`tariff.words.price.${each.dimension}.${unit}`, { price });
  const step = each.step ?? 1;
  if (step <= 1 || (timed && step === 60 && minute)) return text;
  const size = timed ? (step % 60 === 0 ? `${step / 60} min` : `${step} s`) : `${step / 1_000} kWh`;
  return t("tariff.words.stepped", { text, step: size });
}

function limitText(
  limit: PriceLimit | null | undefined,
  name: "min" | "max",
  rules: TariffRules,
  locale: string,
  t: TFunction,
) {
  if (!limit) return [];
  const { currency } = rules;
  return (["with_vat", "without_vat"] as const).flatMap((side) => {
    const amount = limit[side];
    return amount ? [t(`tariff.words.${name}.${side}`, { price: priceText(amount, currency, locale) })] : [];
  });
}

/** Every part of a tariff, then its limits and what its prices contain. */
export function spoken(
  rules: TariffRules,
  locale: string,
  t: TFunction,
): { parts: Spoken[]; notes: string[] } {
  const parts = rules.elements.map((element, index) => {
    const when = whenText(element.restrictions ?? {}, locale, t);
    const rest = index > 0 && when === "" ? t("tariff.words.otherwise") : when;
    return {
      when: rest.charAt(0).toLocaleUpperCase(locale) + rest.slice(1),
      prices: element.components.map((each) => componentText(each, rules.currency, locale, t)),
    };
  });
  const rates = [...new Set(rules.elements.flatMap((each) => each.components.map((one) => one.vat ?? "")))];
  const [rate = ""] = rates;
  const vat =
    rates.length > 1
      ? t(`tariff.words.vat.${rules.prices}Several`)
      : rate === ""
        ? t("tariff.words.vat.none")
        : t(`tariff.words.vat.${rules.prices}`, { rate });
  return {
    parts,
    notes: [
      ...limitText(rules.min_price, "min", rules, locale, t),
      ...limitText(rules.max_price, "max", rules, locale, t),
      vat,
    ],
  };
}

/** The whole tariff on one line, for lists. */
export function inOneLine(rules: TariffRules, locale: string, t: TFunction): string {
  const { parts } = spoken(rules, locale, t);
  return parts
    .map(({ when, prices }) => (when ? `${when}: ${prices.join(", ")}` : prices.join(", ")))
    .join(" · ");
}
