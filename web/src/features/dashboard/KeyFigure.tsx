// One figure of the period with its definition and its change against the period before.
import { IconMinus, IconTrendingDown, IconTrendingUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Figure } from "@/ui/Figure";
import { Count, Duration, Energy, Money, Percent, useLocale } from "@/ui/Values";
import { change, isShare, type Metric, numberOf } from "./figures";
import type { FigureSet } from "./queries";

/** Amounts of several currencies stand under each other: they cannot be added. */
export function Amounts({ amounts }: { amounts: { amount: string; currency: string }[] | null | undefined }) {
  if (!amounts || amounts.length === 0) return <Money cost={null} />;
  return amounts.map((each, index) => (
    <span
      key={each.currency}
      style={{
        display: "block",
        whiteSpace: "nowrap",
        // A large amount fits a phone too.
        ...(index > 0 ? { fontSize: 16, fontWeight: 500 } : { fontSize: "clamp(17px, 4.6vw, 1em)" }),
      }}
    >
      <Money cost={each} />
    </span>
  ));
}

export const revenueAmounts = (set: FigureSet) =>
  set.revenue?.map((each) => ({ amount: each.with_vat, currency: each.currency }));

export function MetricValue({ metric, set }: { metric: Metric; set: FigureSet }) {
  if (metric === "revenue") return <Amounts amounts={revenueAmounts(set)} />;
  if (metric === "energyCost") return <Amounts amounts={set.energy_cost} />;
  const value = numberOf(metric, set);
  if (metric === "energy") return <Energy wh={value} />;
  if (metric === "sessions") return <Count value={value} />;
  if (metric === "occupied") return <Duration seconds={value} />;
  return <Percent value={value} />;
}

/** The change in words, for eyes and for ears. */
function Change({ metric, by }: { metric: Metric; by: number | null }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (by === null) return <span>{t("dashboard.noComparison")}</span>;
  const Sign = by === 0 ? IconMinus : by > 0 ? IconTrendingUp : IconTrendingDown;
  const figure = by.toLocaleString(locale, { signDisplay: "exceptZero", maximumFractionDigits: 1 });
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 4 }}>
      <Sign size={15} stroke={1.8} aria-hidden />
      {t(isShare(metric) ? "dashboard.changePoints" : "dashboard.change", { by: figure })}
    </span>
  );
}

interface KeyFigureProps {
  metric: Metric;
  now: FigureSet;
  before?: FigureSet;
  /** Instead of the change. */
  note?: ReactNode;
}

export function KeyFigure({ metric, now, before, note }: KeyFigureProps) {
  const { t } = useTranslation();
  const single = (set?: FigureSet) =>
    (metric === "revenue" ? revenueAmounts(set as FigureSet) : set?.energy_cost) ?? [];
  const isMoney = metric === "revenue" || metric === "energyCost";
  const currency = isMoney && before && single(now).length === 1 ? single(now)[0]?.currency : undefined;
  const comparable = before && (!isMoney || currency);
  return (
    <Figure
      name={t(`dashboard.metric.${metric}`)}
      definition={t(`dashboard.definition.${metric}`)}
      value={<MetricValue metric={metric} set={now} />}
      note={
        note ??
        (comparable ? (
          <Change
            metric={metric}
            by={change(metric, numberOf(metric, now, currency), numberOf(metric, before, currency))}
          />
        ) : null)
      }
    />
  );
}
