// Energy of the last thirty days, in the organisation's zone; a day leads to its sessions.
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Overview } from "@/api/types";
import { energy } from "@/lib/format";
import { type Bar, BarChart } from "@/ui/BarChart";
import { Panel } from "@/ui/Panel";
import { Energy, useLocale } from "@/ui/Values";

/** A day is written under every fifth bar, counted from today. */
const TICK_EVERY = 5;

export function EnergyDays({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const navigate = useNavigate();
  const days = overview.energy_days;
  const text = (wh: number) => {
    const { value, unit } = energy(wh, locale);
    return `${value} ${unit}`;
  };
  const bars: Bar[] = days.map((each, index) => {
    // The day is a calendar day already: no zone may move it.
    const day = new Date(`${each.day}T00:00:00Z`);
    const format = (options: Intl.DateTimeFormatOptions) =>
      day.toLocaleDateString(locale, { timeZone: "UTC", ...options });
    return {
      key: each.day,
      label: format({ weekday: "short", day: "numeric", month: "short" }),
      tick: (days.length - 1 - index) % TICK_EVERY === 0 ? format({ day: "numeric", month: "short" }) : "",
      value: each.energy_wh,
      text: text(each.energy_wh),
      more: t("overview.daySessions", { count: each.sessions }),
    };
  });
  const total = days.reduce((sum, each) => sum + each.energy_wh, 0);
  return (
    <Panel title={t("overview.days")} aside={<Energy wh={total} />}>
      <BarChart
        bars={bars}
        label={t("overview.daysLabel", { zone: overview.time_zone })}
        columns={[t("overview.day"), t("overview.energyColumn")]}
        axis={text}
        onOpen={(day) => void navigate({ to: "/sessions", search: { from: day, to: day } })}
      />
    </Panel>
  );
}
