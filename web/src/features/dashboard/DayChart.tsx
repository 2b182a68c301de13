// A metric over the days of the period, or its months; the period before as a lighter mark. A bar leads to its sessions.
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { duration, energy, money } from "@/lib/format";
import { type Bar, BarChart } from "@/ui/BarChart";
import { useLocale } from "@/ui/Values";
import { isShare, type Metric, numberOf } from "./figures";
import { byMonth, type Range } from "./period";
import type { Dashboard, FigureSet } from "./queries";

/** At most about so many words under the bars. */
const TICKS = 8;

/** A metric's number as text with its unit. */
export function useMetricText(currency?: string): (metric: Metric, value: number | null) => string {
  const locale = useLocale();
  return (metric, value) => {
    if (value === null) return "—";
    if (metric === "energy") {
      const { value: number, unit } = energy(value, locale);
      return `${number} ${unit}`;
    }
    if (metric === "occupied") return duration(value);
    if (isShare(metric)) return `${value.toLocaleString(locale, { maximumFractionDigits: 1 })} %`;
    if (metric === "sessions") return value.toLocaleString(locale, { maximumFractionDigits: 0 });
    return currency ? money(String(value), currency, locale) : String(value);
  };
}

interface Bucket {
  key: string;
  days: FigureSet[];
}

function buckets(days: Dashboard["days"], months: boolean): Bucket[] {
  const found: Bucket[] = [];
  for (const each of days) {
    const key = months ? each.day.slice(0, 7) : each.day;
    const last = found.at(-1);
    if (last?.key === key) last.days.push(each);
    else found.push({ key, days: [each] });
  }
  return found;
}

/** Sums for amounts; the mean of the days that have one for shares. */
function valueOfBucket(metric: Metric, bucket: Bucket | undefined, currency?: string): number | null {
  const values = (bucket?.days ?? [])
    .map((set) => numberOf(metric, set, currency))
    .filter((value): value is number => value !== null);
  if (values.length === 0) return null;
  const sum = values.reduce((a, b) => a + b, 0);
  return isShare(metric) ? Math.round((sum / values.length) * 10) / 10 : sum;
}

interface DayChartProps {
  metric: Metric;
  now: Dashboard;
  before?: Dashboard;
  range: Range;
  site?: string;
  currency?: string;
  height?: number;
}

export function DayChart({ metric, now, before, range, site, currency, height }: DayChartProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const navigate = useNavigate();
  const text = useMetricText(currency);
  const months = byMonth(range);
  const mine = buckets(now.days, months);
  const theirs = before ? buckets(before.days, months) : [];
  const every = Math.max(1, Math.ceil(mine.length / TICKS));
  const bars: Bar[] = mine.map((bucket, index) => {
    const day = new Date(`${bucket.key.slice(0, 7)}-${bucket.key.slice(8) || "01"}T00:00:00Z`);
    const format = (options: Intl.DateTimeFormatOptions) =>
      day.toLocaleDateString(locale, { timeZone: "UTC", ...options });
    const value = valueOfBucket(metric, bucket, currency);
    const compared = before ? valueOfBucket(metric, theirs[index], currency) : null;
    return {
      key: bucket.key,
      label: months
        ? format({ month: "long", year: "numeric" })
        : format({ weekday: "short", day: "numeric", month: "short" }),
      tick:
        index % every === 0 ? format(months ? { month: "short" } : { day: "numeric", month: "short" }) : "",
      value: value ?? 0,
      text: text(metric, value),
      compared: compared ?? undefined,
      more: compared === null ? undefined : t("dashboard.then", { value: text(metric, compared) }),
    };
  });
  const open = (key: string) => {
    const last = new Date(Date.UTC(Number(key.slice(0, 4)), Number(key.slice(5, 7)), 0));
    const days = months ? { from: `${key}-01`, to: last.toISOString().slice(0, 10) } : { from: key, to: key };
    void navigate({ to: "/sessions", search: { ...days, site } as never });
  };
  return (
    <BarChart
      bars={bars}
      label={t("dashboard.chartLabel", { metric: t(`dashboard.metric.${metric}`), zone: now.time_zone })}
      columns={[t(months ? "dashboard.month" : "dashboard.dayColumn"), t(`dashboard.metric.${metric}`)]}
      axis={(value) => text(metric, value)}
      comparedLabel={before ? t("dashboard.periodBefore") : undefined}
      height={height}
      onOpen={open}
    />
  );
}
