// The zone's days under each rule, against what the fuse holds.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TrialPoint, ZoneTrial } from "@/api/types";
import { knownZone } from "@/lib/format";
import { HiddenTable } from "@/ui/HiddenTable";
import { Panel } from "@/ui/Panel";
import { useLocale } from "@/ui/Values";
import { Legend } from "../Amps";

const WIDTH = 1_000;
const HEIGHT = 200;
/** Rows of the table for those who do not see the drawing. */
const ROWS = 48;

/** A line of steps: each point holds until the next; pure. */
export function stepsOf(values: number[], top: number): string {
  const wide = WIDTH / Math.max(1, values.length);
  return values
    .map((value, index) => {
      const y = (HEIGHT - (value / top) * HEIGHT).toFixed(1);
      return `${index === 0 ? "M0" : `L${(index * wide).toFixed(1)}`} ${y}H${((index + 1) * wide).toFixed(1)}`;
    })
    .join("");
}

interface ChartProps {
  trial: ZoneTrial;
  /** What the tried fuse holds, in milliamperes. */
  capacity: number;
  timeZone: string;
}

export function TrialChart({ trial, capacity, timeZone }: ChartProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { points } = trial;
  const top = Math.max(1_000, capacity, ...points.map((point) => point.unlimited_ma)) * 1.05;
  const moment = (at: string) =>
    new Date(at).toLocaleString(locale, {
      timeZone: knownZone(timeZone),
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
    });
  const amps = (ma: number) => (ma / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 });
  const line = (value: (point: TrialPoint) => number, color: string, width = 2) => (
    <path
      d={stepsOf(points.map(value), top)}
      fill="none"
      stroke={`var(--mantine-color-${color})`}
      strokeWidth={width}
      vectorEffect="non-scaling-stroke"
    />
  );
  const fuse = HEIGHT - (capacity / top) * HEIGHT;
  const has = trial.now !== null;
  return (
    <Panel title={t("power.trial.course")}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        width="100%"
        height={HEIGHT}
        role="img"
        aria-label={t("power.trial.courseOf", {
          from: moment(trial.from),
          until: moment(trial.until),
          zone: timeZone,
          peak: amps(trial.tried.peak_ma),
          capacity: amps(capacity),
        })}
      >
        {line((point) => point.unlimited_ma, "orange-4")}
        {line((point) => point.load_ma, "gray-6")}
        {has && line((point) => point.now_ma ?? 0, "blue-5")}
        {line((point) => point.tried_ma, "teal-6", 2.5)}
        <path
          d={`M0 ${fuse}H${WIDTH}`}
          stroke="var(--mantine-color-red-6)"
          strokeWidth={2}
          strokeDasharray="6 4"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <Text size="xs" c="dimmed" style={{ display: "flex", justifyContent: "space-between" }} component="div">
        <span>{moment(trial.from)}</span>
        <span>{t("power.topIs", { amps: amps(top), zone: timeZone })}</span>
        <span>{moment(trial.until)}</span>
      </Text>
      <Legend
        items={[
          { color: "red-6", text: t("power.trial.fuse") },
          { color: "teal-6", text: t("power.trial.tried") },
          ...(has ? [{ color: "blue-5", text: t("power.trial.now") }] : []),
          { color: "orange-4", text: t("power.trial.unlimited") },
          { color: "gray-6", text: t("power.building") },
        ]}
      />
      <HiddenTable
        caption={t("power.trial.course")}
        heads={[t("power.time"), t("power.building"), t("power.trial.unlimited"), t("power.trial.tried")]}
        rows={points}
        most={ROWS}
        cells={(point) => [
          moment(point.at),
          `${amps(point.load_ma)} A`,
          `${amps(point.unlimited_ma)} A`,
          `${amps(point.tried_ma)} A`,
        ]}
      />
    </Panel>
  );
}
