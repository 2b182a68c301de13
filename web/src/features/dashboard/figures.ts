// The figures that charts and tables can show: how each is read, and how its change is told. Pure.
import type { FigureSet } from "./queries";

export const METRICS = [
  "energy",
  "sessions",
  "revenue",
  "energyCost",
  "utilisation",
  "energyUtilisation",
  "uptime",
  "occupied",
] as const;
export type Metric = (typeof METRICS)[number];

/** The number behind a metric; money of one currency. */
export function numberOf(metric: Metric, set: FigureSet, currency?: string): number | null {
  switch (metric) {
    case "energy":
      return set.energy_wh;
    case "sessions":
      return set.sessions;
    case "occupied":
      return set.occupied_s;
    case "utilisation":
      return set.utilisation_percent ?? null;
    case "energyUtilisation":
      return set.energy_utilisation_percent ?? null;
    case "uptime":
      return set.uptime_percent ?? null;
    case "revenue": {
      const found = set.revenue?.find((each) => each.currency === currency);
      return set.revenue ? Number(found?.with_vat ?? 0) : null;
    }
    case "energyCost": {
      const found = set.energy_cost?.find((each) => each.currency === currency);
      return set.energy_cost ? Number(found?.amount ?? 0) : null;
    }
  }
}

/** Percentages are compared by difference, amounts by their ratio. */
export const isShare = (metric: Metric): boolean =>
  metric === "utilisation" || metric === "energyUtilisation" || metric === "uptime";

/** By how much a figure moved, in percent or percentage points; `null` where that says nothing. */
export function change(metric: Metric, now: number | null, before: number | null): number | null {
  if (now === null || before === null) return null;
  if (isShare(metric)) return Math.round((now - before) * 10) / 10;
  if (before === 0) return null;
  return Math.round(((now - before) / before) * 1_000) / 10;
}

/** Every currency that occurs, the one with most sessions first. */
export function currenciesOf(sets: (FigureSet | undefined)[]): string[] {
  const sessions = new Map<string, number>();
  for (const set of sets) {
    for (const each of set?.revenue ?? []) {
      sessions.set(each.currency, (sessions.get(each.currency) ?? 0) + each.sessions);
    }
    for (const each of set?.energy_cost ?? []) {
      sessions.set(each.currency, sessions.get(each.currency) ?? 0);
    }
  }
  return [...sessions].sort((a, b) => b[1] - a[1]).map(([currency]) => currency);
}
