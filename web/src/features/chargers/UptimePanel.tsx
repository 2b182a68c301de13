// How long a charger was up, day by day: bars, and the same as a table.
import { Group, SegmentedControl, Stack, Text, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Page, Station, UptimeDay } from "@/api/types";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { Duration, Percent, useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import classes from "./UptimePanel.module.css";

const SPANS = ["30", "90", "365"] as const;

/** Of all days together: weighed by the time watched, as the formula says. */
function together(days: UptimeDay[]): number | null {
  const asked = days.reduce((sum, each) => sum + each.watched_s - each.unavailable_s, 0);
  const lost = days.reduce((sum, each) => sum + each.offline_s + each.faulted_s, 0);
  return asked <= 0 ? null : Math.round(((asked - lost) / asked) * 1_000) / 10;
}

function Bars({ days }: { days: UptimeDay[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const name = (each: UptimeDay) => format.format(new Date(`${each.day}T00:00:00Z`));
  return (
    <>
      <div className={classes.bars} aria-hidden="true">
        {days.map((each) => (
          <Tooltip
            key={each.day}
            label={`${name(each)}: ${each.uptime === null ? t("uptime.unwatched") : `${each.uptime} %`}`}
          >
            <span
              className={classes.bar}
              data-level={
                each.uptime === null
                  ? "none"
                  : each.uptime >= 99
                    ? "good"
                    : each.uptime >= 90
                      ? "fair"
                      : "poor"
              }
              style={{ height: `${Math.max(6, each.uptime ?? 6)}%` }}
            />
          </Tooltip>
        ))}
      </div>
      <details className={classes.table}>
        <summary>{t("uptime.asTable")}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("uptime.day")}</th>
              <th scope="col">{t("uptime.name")}</th>
              <th scope="col">{t("uptime.offline")}</th>
              <th scope="col">{t("uptime.faulted")}</th>
              <th scope="col">{t("uptime.unavailable")}</th>
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map((each) => (
              <tr key={each.day}>
                <th scope="row">{name(each)}</th>
                <td>
                  <Percent value={each.uptime} />
                </td>
                <td>
                  <Duration seconds={each.offline_s} />
                </td>
                <td>
                  <Duration seconds={each.faulted_s} />
                </td>
                <td>
                  <Duration seconds={each.unavailable_s} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

export function UptimePanel({ station }: { station: Station }) {
  const { t } = useTranslation();
  const [span, setSpan] = useState<string>(SPANS[0]);
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.ofStation(station.id, "uptime"), span],
    queryFn: ({ signal }) =>
      http.get<Page<UptimeDay>>(`/stations/${station.id}/uptime`, { days: span }, signal),
    placeholderData: (before) => before,
  });
  const days = data?.items ?? [];
  return (
    <Panel
      title={t("uptime.title")}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t("uptime.span")}
          value={span}
          onChange={setSpan}
          data={SPANS.map((value) => ({ value, label: t("uptime.days", { count: Number(value) }) }))}
        />
      }
    >
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting />
      ) : days.length === 0 ? (
        <Text c="dimmed">{t("uptime.none")}</Text>
      ) : (
        <Stack gap="xs">
          <Group gap="xs" align="baseline">
            <Text fz={24} fw={650}>
              <Percent value={together(days)} />
            </Text>
            <Text size="sm" c="dimmed">
              {t("charger.uptimeHelp")}
            </Text>
          </Group>
          <Bars days={days} />
        </Stack>
      )}
    </Panel>
  );
}
