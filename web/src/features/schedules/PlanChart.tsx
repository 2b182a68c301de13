// Price (or carbon) over the time until the car must be ready, as bars; where it charges they are filled.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SessionPlan } from "@/api/types";
import { knownZone } from "@/lib/format";
import { useLocale } from "@/ui/Values";
import classes from "./PlanChart.module.css";

const MILLION = 1_000_000;

export function PlanChart({ plan, zone }: { plan: SessionPlan; zone: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const timeZone = knownZone(zone);
  const clock = (at: string) =>
    new Date(at).toLocaleTimeString(locale, { timeZone, hour: "2-digit", minute: "2-digit" });
  const value = (perKwh: number) =>
    plan.currency
      ? `${(perKwh / MILLION).toLocaleString(locale, { maximumFractionDigits: 3 })} ${plan.currency}/kWh`
      : `${perKwh.toLocaleString(locale)} g/kWh`;
  const prices = plan.slots.map((slot) => slot.per_kwh);
  const top = Math.max(1, ...prices);
  const charges = (from: string, until: string) =>
    plan.stretches.some(
      (each) => Date.parse(each.from) < Date.parse(until) && Date.parse(from) < Date.parse(each.until),
    );
  const spans = plan.stretches.map((each) => `${clock(each.from)}–${clock(each.until)}`).join(", ");
  return (
    <figure className={classes.figure} aria-label={t("schedule.plan.chart")}>
      <div
        className={classes.bars}
        role="img"
        aria-label={t("schedule.plan.words", { spans: spans || t("schedule.plan.never") })}
      >
        {plan.slots.map((slot) => {
          const on = charges(slot.from, slot.until);
          const text = `${clock(slot.from)}–${clock(slot.until)}: ${value(slot.per_kwh)}`;
          return (
            <span key={slot.from} className={classes.slot} title={text}>
              <span
                className={classes.bar}
                data-on={on}
                style={{ height: `${Math.max(3, (slot.per_kwh / top) * 100)}%` }}
              />
            </span>
          );
        })}
      </div>
      <figcaption className={classes.caption}>
        {plan.slots[0] && <span>{clock(plan.slots[0].from)}</span>}
        <span>{t("schedule.plan.words", { spans: spans || t("schedule.plan.never") })}</span>
        <span>{clock(plan.ready_by)}</span>
      </figcaption>
      {prices.length > 0 && (
        <Text size="xs" c="dimmed">
          {t(plan.currency ? "schedule.plan.bars.price" : "schedule.plan.bars.carbon", {
            least: value(Math.min(...prices)),
            most: value(Math.max(...prices)),
          })}{" "}
          {t("schedule.plan.bars.filled")}
        </Text>
      )}
    </figure>
  );
}
