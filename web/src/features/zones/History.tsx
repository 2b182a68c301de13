// A zone's past: what the building drew, what chargers drew and were allowed, against what the fuse holds.
import { SegmentedControl, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ZoneMinute } from "@/api/types";
import { knownZone } from "@/lib/format";
import { Failure } from "@/ui/Failure";
import { HiddenTable } from "@/ui/HiddenTable";
import { Panel } from "@/ui/Panel";
import { useLocale } from "@/ui/Values";
import { Legend } from "./Amps";
import { historyOptions } from "./queries";

const WIDTH = 1_000;
const HEIGHT = 160;
const SPANS = ["1", "24", "168"];
/** Minutes without a row after which the line is broken: nobody looked. */
const GAP_MS = 180_000;
/** Rows of the table for those who do not see the drawing. */
const ROWS = 60;

/** A line over time, broken where nothing was written; pure. */
export function lineOf(
  rows: ZoneMinute[],
  value: (row: ZoneMinute) => number,
  top: number,
  span: { from: number; until: number },
): string {
  let before: number | null = null;
  const parts = rows.map((row) => {
    const at = Date.parse(row.at);
    const x = ((at - span.from) / (span.until - span.from)) * WIDTH;
    const y = HEIGHT - (value(row) / top) * HEIGHT;
    const move = before === null || at - before > GAP_MS;
    before = at;
    return `${move ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return parts.join("");
}

export function History({ zone, timeZone }: { zone: string; timeZone: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [hours, setHours] = useState("24");
  const { data, error, refetch } = useQuery(historyOptions(zone, Number(hours)));
  const rows = data ?? [];
  const until = Math.max(Date.now(), ...rows.slice(-1).map((row) => Date.parse(row.at)));
  const span = { from: until - Number(hours) * 3_600_000, until };
  const top =
    Math.max(1_000, ...rows.map((row) => Math.max(row.capacity_ma, row.load_ma + row.given_ma))) * 1.05;
  const moment = (at: number | string) =>
    new Date(at).toLocaleString(locale, {
      timeZone: knownZone(timeZone),
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
  const amps = (ma: number) => (ma / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 });
  const line = (value: (row: ZoneMinute) => number, color: string, dashed = false) => (
    <path
      d={lineOf(rows, value, top, span)}
      fill="none"
      stroke={`var(--mantine-color-${color})`}
      strokeWidth={2}
      strokeDasharray={dashed ? "6 4" : undefined}
      vectorEffect="non-scaling-stroke"
    />
  );
  return (
    <Panel
      title={t("power.history")}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t("power.span")}
          data={SPANS.map((value) => ({ value, label: t(`power.spans.${value}`) }))}
          value={hours}
          onChange={setHours}
        />
      }
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {rows.length === 0 && !error ? (
        <Text size="sm" c="dimmed">
          {t("power.noHistory")}
        </Text>
      ) : (
        <>
          <svg
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            width="100%"
            height={HEIGHT}
            role="img"
            aria-label={t("power.historyOf", {
              from: moment(span.from),
              until: moment(until),
              zone: timeZone,
            })}
          >
            {line((row) => row.capacity_ma, "red-6", true)}
            {line((row) => row.load_ma, "gray-6")}
            {line((row) => row.load_ma + row.given_ma, "teal-3")}
            {line((row) => row.load_ma + row.drawn_ma, "teal-7")}
          </svg>
          <Text
            size="xs"
            c="dimmed"
            style={{ display: "flex", justifyContent: "space-between" }}
            component="div"
          >
            <span>{moment(span.from)}</span>
            <span>{t("power.topIs", { amps: amps(top), zone: timeZone })}</span>
            <span>{moment(until)}</span>
          </Text>
          <Legend
            items={[
              { color: "red-6", text: t("power.capacity") },
              { color: "gray-6", text: t("power.building") },
              { color: "teal-7", text: t("power.withDrawn") },
              { color: "teal-3", text: t("power.withGiven") },
            ]}
          />
          <HiddenTable
            caption={t("power.history")}
            heads={[t("power.time"), t("power.building"), t("power.drawn"), t("power.given")]}
            rows={rows}
            most={ROWS}
            cells={(row) => [
              moment(row.at),
              `${amps(row.load_ma)} A`,
              `${amps(row.drawn_ma)} A`,
              `${amps(row.given_ma)} A`,
            ]}
          />
        </>
      )}
    </Panel>
  );
}
