// Energy of the last two days by the hour, in the organisation's zone.
import { useTranslation } from "react-i18next";
import type { Overview } from "@/api/types";
import { energy, knownZone } from "@/lib/format";
import { type Bar, BarChart } from "@/ui/BarChart";
import { Panel } from "@/ui/Panel";
import { useLocale } from "@/ui/Values";

/** Hours of the day that are written under their bar. */
const TICKS = [0, 6, 12, 18];

export function EnergyHours({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const timeZone = knownZone(overview.time_zone);
  if (overview.energy_hours.length === 0) return null;
  const text = (wh: number) => {
    const { value, unit } = energy(wh, locale);
    return `${value} ${unit}`;
  };
  const bars: Bar[] = overview.energy_hours.map((each) => {
    const at = new Date(each.hour);
    const hour = Number(at.toLocaleTimeString("en-GB", { timeZone, hour: "2-digit" }));
    const clock = at.toLocaleTimeString(locale, { timeZone, hour: "2-digit", minute: "2-digit" });
    const day = at.toLocaleDateString(locale, { timeZone, weekday: "short", day: "numeric", month: "short" });
    return {
      key: each.hour,
      label: `${day}, ${clock}`,
      tick: TICKS.includes(hour) ? (hour === 0 ? day : clock) : "",
      value: each.energy_wh,
      text: text(each.energy_wh),
    };
  });
  return (
    <Panel title={t("overview.hours")}>
      <BarChart
        bars={bars}
        label={t("overview.hoursLabel", { zone: overview.time_zone })}
        columns={[t("overview.hour"), t("overview.energyColumn")]}
        axis={text}
        height={110}
      />
    </Panel>
  );
}
