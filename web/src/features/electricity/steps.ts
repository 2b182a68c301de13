// Prices over time as steps to draw: where nothing is known there is a gap. Pure.
import type { SpotPrice } from "@/api/types";

export interface Step {
  from: number;
  until: number;
  value: number;
}

export const stepsOf = (prices: { from: string; until: string; per_kwh: string }[]): Step[] =>
  prices.map((each) => ({
    from: Date.parse(each.from),
    until: Date.parse(each.until),
    value: Number(each.per_kwh),
  }));

/** The lowest and highest value a scale has to show: nought is always on it. */
export function rangeOf(steps: Step[]): [number, number] {
  const values = steps.map((step) => step.value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return low === high ? [0, 1] : [low, high];
}

/** An SVG path of steps; it begins anew behind a gap. */
export function pathOf(steps: Step[], x: (at: number) => number, y: (value: number) => number): string {
  let path = "";
  let end = Number.NaN;
  for (const step of steps) {
    path += `${step.from === end ? "V" : `M${x(step.from).toFixed(2)},`}${y(step.value).toFixed(2)}`;
    path += `H${x(step.until).toFixed(2)}`;
    end = step.until;
  }
  return path;
}

export const stepAt = (steps: Step[], at: number): Step | undefined =>
  steps.find((step) => step.from <= at && at < step.until);

/** The cheapest and the dearest of what is known. */
export function extremes(prices: SpotPrice[]): { lowest: SpotPrice; highest: SpotPrice } | undefined {
  const [first, ...rest] = prices;
  if (!first) return undefined;
  let [lowest, highest] = [first, first];
  for (const each of rest) {
    if (Number(each.per_kwh) < Number(lowest.per_kwh)) lowest = each;
    if (Number(each.per_kwh) > Number(highest.per_kwh)) highest = each;
  }
  return { lowest, highest };
}
