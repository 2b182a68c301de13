// Readings as columns for the chart: seconds, kW, kWh since the first register reading. Pure.
import type { Reading } from "@/api/types";

export type Series = [number[], (number | null)[], (number | null)[]];

const KILO = 1_000;

/** Readings of one moment become one point; a value that was not measured leaves a gap. */
export function seriesOf(readings: Reading[]): Series {
  const points = new Map<number, { power: number | null; register: number | null }>();
  for (const each of readings) {
    const at = Date.parse(each.at) / 1_000;
    if (Number.isNaN(at)) continue;
    const point = points.get(at) ?? { power: null, register: null };
    point.power = each.power_w ?? point.power;
    point.register = each.register_wh ?? point.register;
    points.set(at, point);
  }
  const ordered = [...points].sort(([a], [b]) => a - b);
  const first = ordered.find(([, point]) => point.register !== null)?.[1].register ?? 0;
  return [
    ordered.map(([at]) => at),
    ordered.map(([, point]) => (point.power === null ? null : point.power / KILO)),
    ordered.map(([, point]) => (point.register === null ? null : (point.register - first) / KILO)),
  ];
}
