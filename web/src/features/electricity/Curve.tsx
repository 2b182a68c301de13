// A figure over some days as a line of steps; the value under the pointer in words, and the same as a table.
import { Table } from "@mantine/core";
import clsx from "clsx";
import { type PointerEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { knownZone } from "@/lib/format";
import { useNow } from "@/lib/useNow";
import { useLocale } from "@/ui/Values";
import classes from "./Curve.module.css";
import { pathOf, rangeOf, type Step, stepAt } from "./steps";

const HEIGHT = 200;
/** The drawing's own width; it is stretched to the place there is. */
const WIDTH = 1_000;
/** Hours of the day that are written below. */
const TICKS = [0, 6, 12, 18];
const QUARTER = 900_000;

export interface CurveRow {
  from: string;
  until: string;
  /** A decimal number. */
  value: string;
  /** Of the second line, where there is one. */
  upper?: string;
}

interface CurveProps {
  rows: CurveRow[];
  from: string;
  until: string;
  zone: string;
  label: string;
  /** What the lines are called. */
  name: string;
  upperName?: string;
  /** A value as it is read. */
  format: (value: string) => string;
}

function ticksOf(from: number, until: number, timeZone: string, locale: string) {
  const ticks = [];
  for (let at = from; at < until; at += QUARTER * 4) {
    const when = new Date(at);
    const hour = Number(when.toLocaleTimeString("en-GB", { timeZone, hour: "2-digit" }));
    if (!TICKS.includes(hour)) continue;
    const midnight = hour === 0;
    const text = midnight
      ? when.toLocaleDateString(locale, { timeZone, weekday: "short", day: "numeric", month: "short" })
      : when.toLocaleTimeString(locale, { timeZone, hour: "2-digit", minute: "2-digit" });
    ticks.push({ at, text, midnight });
  }
  return ticks;
}

function useSpan(zone: string) {
  const locale = useLocale();
  const timeZone = knownZone(zone);
  return (from: string, until: string): string => {
    const clock = (at: string) =>
      new Date(at).toLocaleTimeString(locale, { timeZone, hour: "2-digit", minute: "2-digit" });
    const day = new Date(from).toLocaleDateString(locale, {
      timeZone,
      weekday: "short",
      day: "numeric",
      month: "short",
    });
    return `${day}, ${clock(from)}–${clock(until)}`;
  };
}

function CurveTable(props: Omit<CurveProps, "from" | "until">) {
  const { rows, zone, label, name, upperName, format } = props;
  const { t } = useTranslation();
  const span = useSpan(zone);
  const totals = rows.some((row) => row.upper !== undefined);
  return (
    <section className={classes.scroll} style={{ maxHeight: HEIGHT * 2 }} aria-label={label}>
      <Table withRowBorders={false} verticalSpacing={2} fz="sm" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("electricity.time", { zone })}</Table.Th>
            <Table.Th ta="right">{name}</Table.Th>
            {totals && <Table.Th ta="right">{upperName}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.from}>
              <Table.Td>{span(row.from, row.until)}</Table.Td>
              <Table.Td ta="right" className="tabular">
                {format(row.value)}
              </Table.Td>
              {totals && (
                <Table.Td ta="right" className="tabular">
                  {row.upper === undefined ? "—" : format(row.upper)}
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

const stepsFor = (rows: CurveRow[], pick: (row: CurveRow) => string | undefined): Step[] =>
  rows.flatMap((row) => {
    const text = pick(row);
    return text === undefined
      ? []
      : [{ from: Date.parse(row.from), until: Date.parse(row.until), value: Number(text) }];
  });

export function Curve(props: CurveProps) {
  const { rows, from, until, zone, label, name, upperName, format } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const span = useSpan(zone);
  const now = useNow(60_000).getTime();
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const [pointed, setPointed] = useState<number | null>(null);
  const lower = stepsFor(rows, (row) => row.value);
  const upper = stepsFor(rows, (row) => row.upper);
  const [low, high] = rangeOf([...lower, ...upper]);
  const [start, end] = [Date.parse(from), Date.parse(until)];
  const x = (at: number) => ((at - start) / (end - start)) * WIDTH;
  const y = (value: number) => HEIGHT - ((value - low) / (high - low)) * HEIGHT;
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setPointed(start + ((event.clientX - box.left) / box.width) * (end - start));
  };
  const shown = pointed ?? now;
  const row = rows.find((each) => Date.parse(each.from) <= shown && shown < Date.parse(each.until));
  const ticks = ticksOf(start, end, knownZone(zone), locale);
  return (
    <figure className={classes.figure} aria-label={label}>
      {asTable ? (
        <CurveTable {...{ rows, zone, label, name, upperName, format }} />
      ) : (
        <div className={classes.plot}>
          <div className={classes.axis} style={{ height: HEIGHT }} aria-hidden>
            <span>{format(String(high))}</span>
            <span>{format(String((high + low) / 2))}</span>
            <span>{format(String(low))}</span>
          </div>
          <div className={classes.canvas} style={{ height: HEIGHT }}>
            <svg
              className={classes.svg}
              viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
              preserveAspectRatio="none"
              role="img"
              aria-labelledby={id}
              onPointerMove={point}
              onPointerLeave={() => setPointed(null)}
            >
              <title id={id}>{label}</title>
              <line className={classes.zero} x1={0} x2={WIDTH} y1={y(0)} y2={y(0)} />
              {ticks
                .filter((tick) => tick.midnight && tick.at > start)
                .map((tick) => (
                  <line
                    key={tick.at}
                    className={classes.edge}
                    x1={x(tick.at)}
                    x2={x(tick.at)}
                    y1={0}
                    y2={HEIGHT}
                  />
                ))}
              <path className={classes.line} d={pathOf(lower, x, y)} />
              {upper.length > 0 && <path className={classes.upper} d={pathOf(upper, x, y)} />}
              {stepAt([{ from: start, until: end, value: 0 }], now) && (
                <line className={classes.now} x1={x(now)} x2={x(now)} y1={0} y2={HEIGHT} />
              )}
            </svg>
          </div>
          <div className={classes.ticks} aria-hidden>
            {ticks.map((tick) => (
              <span
                key={tick.at}
                className={clsx(classes.tick, !tick.midnight && classes.minor)}
                style={{ left: `${(x(tick.at) / WIDTH) * 100}%` }}
              >
                {tick.text}
              </span>
            ))}
          </div>
        </div>
      )}
      <div className={classes.below}>
        <span className={classes.words}>
          {row && !asTable && (
            <>
              {span(row.from, row.until)}
              {" · "}
              <span className={classes.key} aria-hidden />
              {name} {format(row.value)}
              {row.upper !== undefined && (
                <>
                  {" · "}
                  <span className={clsx(classes.key, classes.keyUpper)} aria-hidden />
                  {upperName} {format(row.upper)}
                </>
              )}
            </>
          )}
        </span>
        <button type="button" className={classes.toggle} onClick={() => setAsTable((old) => !old)}>
          {asTable ? t("chart.asChart") : t("chart.asTable")}
        </button>
      </div>
    </figure>
  );
}
