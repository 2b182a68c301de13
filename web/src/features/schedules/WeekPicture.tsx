// A week of charging hours as seven bars; the same in words for those who do not see them.
import { useTranslation } from "react-i18next";
import type { HoursContent, HoursLimit } from "@/api/types";
import { useLocale } from "@/ui/Values";
import classes from "./WeekPicture.module.css";
import { clock, DAYS, dayOf, kindOf } from "./week";

/** A Monday: only the names of days are taken from it. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export function useDayName(style: "short" | "long" = "short") {
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" });
  return (day: number) => format.format(new Date(MONDAY + (day - 1) * DAY_MS));
}

export function useLimitText() {
  const { t } = useTranslation();
  const locale = useLocale();
  return (limit: HoursLimit | null | undefined): string => {
    const kind = kindOf(limit);
    const amount = ((limit?.rate ?? 0) / 1_000).toLocaleString(locale, { maximumFractionDigits: 3 });
    if (kind === "a") return t("schedule.amps", { amount });
    if (kind === "kw") return t("schedule.kilowatts", { amount });
    return t(kind === "none" ? "schedule.nothing" : "schedule.full");
  };
}

export function WeekPicture({ content }: { content: HoursContent }) {
  const { t } = useTranslation();
  const day = useDayName();
  const words = useLimitText();
  return (
    <figure className={classes.week} aria-label={t("schedule.week")}>
      {DAYS.map((number) => (
        <div key={number} className={classes.row}>
          <span className={classes.day}>{day(number)}</span>
          <div className={classes.bar}>
            {dayOf(content, number).map((band) => {
              const text = `${day(number)} ${clock(band.from)}–${clock(band.to)}: ${words(band.limit)}`;
              return (
                <span
                  key={band.from}
                  role="img"
                  aria-label={text}
                  title={text}
                  className={classes.band}
                  data-kind={kindOf(band.limit)}
                  style={{ width: `${((band.to - band.from) / 1_440) * 100}%` }}
                >
                  {band.to - band.from >= 150 ? words(band.limit) : ""}
                </span>
              );
            })}
          </div>
        </div>
      ))}
      <div className={classes.row} aria-hidden>
        <span className={classes.day} />
        <div className={classes.hours}>
          {[0, 6, 12, 18, 24].map((hour) => (
            <span key={hour}>{clock(hour * 60)}</span>
          ))}
        </div>
      </div>
    </figure>
  );
}
