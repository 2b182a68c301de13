// What stands in the form of a plan, and what is sent of it; figures of a chart. Pure.
import type { ZonePlan } from "@/api/types";

const MILLION = 1_000_000;
const HOUR_MIN = 60;
const KILO = 1_000;

export interface PlanValues extends Record<string, unknown> {
  aim: "price" | "carbon";
  price_profile_id: string | null;
  carbon_price: string;
  peak_price: string;
  stay_h: string;
  energy_kwh: string;
}

type Settings = NonNullable<ZonePlan["settings"]>;

/** A typed number, with a comma or a point. */
export const numberOf = (text: string): number => Number(text.trim().replace(",", "."));

export function valuesOf(settings: Settings | null): PlanValues {
  return {
    aim: settings?.aim === "carbon" ? "carbon" : "price",
    price_profile_id: settings?.price_profile_id ?? null,
    carbon_price: String((settings?.carbon_price ?? 0) / MILLION),
    peak_price: String((settings?.peak_price ?? 0) / MILLION),
    stay_h: String((settings?.stay_min ?? 4 * HOUR_MIN) / HOUR_MIN),
    energy_kwh: String((settings?.energy_wh ?? 20 * KILO) / KILO),
  };
}

export function inputOf(values: PlanValues, enabled: boolean) {
  return {
    enabled,
    aim: values.aim,
    price_profile_id: values.price_profile_id ?? "",
    carbon_price: values.aim === "price" ? Math.round(numberOf(values.carbon_price) * MILLION) : 0,
    peak_price: values.aim === "price" ? Math.round(numberOf(values.peak_price) * MILLION) : 0,
    stay_min: Math.round(numberOf(values.stay_h) * HOUR_MIN),
    energy_wh: Math.round(numberOf(values.energy_kwh) * KILO),
  };
}

/** Fields that hold no number, or none at all. */
export function faultsOf(values: PlanValues): (keyof PlanValues & string)[] {
  const numbers = ["carbon_price", "peak_price", "stay_h", "energy_kwh"] as const;
  const wrong = numbers.filter((field) => {
    const value = numberOf(values[field]);
    return values[field].trim() === "" || !Number.isFinite(value) || value < 0;
  });
  return values.price_profile_id ? [...wrong] : ["price_profile_id", ...wrong];
}

/** What a plan costs and what charging at once would, with what a higher draw of the month adds to either. */
export function costsOf(
  plan: {
    cost: number;
    cost_at_once: number;
    peak_w: number;
    peak_at_once_w: number;
    peak_so_far_w: number;
    currency: string | null;
  },
  peakPrice: number,
): { planned: number; atOnce: number; isMore: boolean } {
  const each = plan.currency ? peakPrice / KILO : 0;
  const charge = (peak: number) => Math.round(Math.max(0, peak - plan.peak_so_far_w) * each);
  const planned = plan.cost + charge(plan.peak_w);
  const atOnce = plan.cost_at_once + charge(plan.peak_at_once_w);
  return { planned, atOnce, isMore: each > 0 };
}

interface Span {
  from: string;
  until: string;
}

/** The outline of steps over time, each as wide as it lasts, closed along the bottom line of `below`. */
export function areaOf<T extends Span>(
  rows: T[],
  size: { width: number; height: number; top: number },
  value: (row: T) => number,
  below: (row: T) => number,
): string {
  const upper = stepsOf(rows, size, value);
  const lower = [...rows].reverse().map((row) => {
    const y = yOf(below(row), size);
    return `L${xOf(row.until, rows, size.width)} ${y}H${xOf(row.from, rows, size.width)}`;
  });
  return rows.length === 0 ? "" : `${upper}${lower.join("")}Z`;
}

export function stepsOf<T extends Span>(
  rows: T[],
  size: { width: number; height: number; top: number },
  value: (row: T) => number,
): string {
  return rows
    .map((row, index) => {
      const from = xOf(row.from, rows, size.width);
      return `${index === 0 ? "M" : "L"}${from} ${yOf(value(row), size)}H${xOf(row.until, rows, size.width)}`;
    })
    .join("");
}

function xOf(at: string, rows: Span[], width: number): string {
  const begin = Date.parse(rows[0]?.from ?? at);
  const end = Date.parse(rows.at(-1)?.until ?? at);
  return (((Date.parse(at) - begin) / Math.max(1, end - begin)) * width).toFixed(1);
}

function yOf(value: number, { height, top }: { height: number; top: number }): string {
  return (height - (Math.max(0, value) / top) * height).toFixed(1);
}
