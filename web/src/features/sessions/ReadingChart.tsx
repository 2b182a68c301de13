// Power and energy over a session, on one time axis. Loaded only when there is a curve to draw.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Reading } from "@/api/types";
import { knownZone } from "@/lib/format";
import { useLocale } from "@/ui/Values";
import classes from "./ReadingChart.module.css";
import { seriesOf } from "./series";

const HEIGHT = 280;
const INK = {
  light: { power: "#2f74d0", energy: "#0d6476", grid: "#e6e9ed", text: "#5a6472" },
  dark: { power: "#6aa5ee", energy: "#58b1c6", grid: "#242b34", text: "#98a2b0" },
};

export function ReadingChart({ readings, zone }: { readings: Reading[]; zone: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const scheme = useComputedColorScheme("light");
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const data = seriesOf(readings);
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const ink = INK[scheme];
    const time = (at: number) =>
      new Date(at * 1_000).toLocaleTimeString(locale, {
        timeZone: knownZone(zone),
        hour: "2-digit",
        minute: "2-digit",
      });
    const figure = (unit: string, digits: number) => (_: UPlot, value: number | null) =>
      value === null || value === undefined
        ? "—"
        : `${value.toLocaleString(locale, { maximumFractionDigits: digits })} ${unit}`;
    const axis = {
      stroke: ink.text,
      grid: { stroke: ink.grid, width: 1 },
      ticks: { show: false },
      font: "11px sans-serif",
    };
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { points: { size: 7 } },
        scales: { x: { time: true }, kW: { range: (_, __, top) => [0, top * 1.1 || 1] } },
        axes: [
          { ...axis, values: (_, ticks) => ticks.map(time) },
          {
            ...axis,
            scale: "kW",
            values: (_, ticks) => ticks.map((tick) => `${tick.toLocaleString(locale)} kW`),
            size: 62,
          },
          {
            ...axis,
            scale: "kWh",
            side: 1,
            size: 66,
            grid: { show: false },
            values: (_, ticks) => ticks.map((tick) => `${tick.toLocaleString(locale)} kWh`),
          },
        ],
        series: [
          { label: t("reading.time"), value: (_, at) => (at === null ? "—" : time(at)) },
          {
            label: t("reading.power"),
            scale: "kW",
            stroke: ink.power,
            fill: `${ink.power}1f`,
            width: 1.6,
            spanGaps: true,
            value: figure("kW", 2),
          },
          {
            label: t("reading.energy"),
            scale: "kWh",
            stroke: ink.energy,
            dash: [5, 4],
            width: 1.6,
            spanGaps: true,
            value: figure("kWh", 3),
          },
        ],
      },
      latest.current,
      element,
    );
    plot.current = chart;
    const resize = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [scheme, locale, zone, t]);

  useEffect(() => {
    plot.current?.setData(data);
  }, [data]);

  return <div ref={holder} className={classes.holder} role="img" aria-label={t("reading.chart", { zone })} />;
}
