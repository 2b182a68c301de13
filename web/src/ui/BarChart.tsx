// Bars over days, each with its figure on hover and focus; the same as a table for those who do not see them.
import { Table, Tooltip } from "@mantine/core";
import clsx from "clsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./BarChart.module.css";

export interface Bar {
  key: string;
  label: string;
  /** Shown under the bar; empty for bars in between. */
  tick: string;
  value: number;
  text: string;
  more?: string;
  /** The same of the time it is compared with: a lighter mark. */
  compared?: number;
}

interface BarChartProps {
  bars: Bar[];
  /** What the chart shows, for screen readers and as the table's caption. */
  label: string;
  columns: [string, string];
  axis: (value: number) => string;
  height?: number;
  /** What the lighter marks are; a column of the table too. */
  comparedLabel?: string;
  onOpen?: (key: string) => void;
}

/** A round number at or above the largest value: few digits and easily halved. */
export function niceTop(largest: number): number {
  if (largest <= 0) return 1;
  const base = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * base >= largest) ?? 10;
  return step * base;
}

export function BarChart({ bars, label, columns, axis, height = 180, comparedLabel, onOpen }: BarChartProps) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const top = niceTop(Math.max(0, ...bars.map((bar) => Math.max(bar.value, bar.compared ?? 0))));
  return (
    <figure className={classes.figure} aria-label={label}>
      {asTable ? (
        <div className={classes.scroll} style={{ height: height + 24 }}>
          <Table withRowBorders={false} verticalSpacing={2} fz="sm" aria-label={label}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{columns[0]}</Table.Th>
                <Table.Th ta="right">{columns[1]}</Table.Th>
                {comparedLabel && <Table.Th ta="right">{comparedLabel}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {bars.toReversed().map((bar) => (
                <Table.Tr key={bar.key}>
                  <Table.Td>{bar.label}</Table.Td>
                  <Table.Td ta="right" className="tabular">
                    {bar.text}
                  </Table.Td>
                  {comparedLabel && (
                    <Table.Td ta="right" className="tabular">
                      {bar.compared === undefined ? "—" : axis(bar.compared)}
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      ) : (
        <div className={classes.plot} style={{ height: height + 24 }}>
          <div className={classes.axis} style={{ height }} aria-hidden>
            <span>{axis(top)}</span>
            <span>{axis(top / 2)}</span>
            <span>{axis(0)}</span>
          </div>
          <div className={classes.bars}>
            {bars.map((bar) => (
              <Tooltip
                key={bar.key}
                label={[bar.label, bar.text, bar.more].filter(Boolean).join(" · ")}
                openDelay={0}
              >
                <button
                  type="button"
                  className={classes.slot}
                  aria-label={[bar.label, bar.text, bar.more].filter(Boolean).join(", ")}
                  onClick={() => onOpen?.(bar.key)}
                  style={onOpen ? undefined : { cursor: "default" }}
                >
                  <span className={classes.column} style={{ height }}>
                    {bar.compared !== undefined && (
                      <span
                        className={classes.compared}
                        style={{ bottom: `${(bar.compared / top) * 100}%` }}
                        aria-hidden
                      />
                    )}
                    <span
                      className={clsx(classes.bar, bar.value === 0 && classes.none)}
                      style={{ height: `${(bar.value / top) * 100}%` }}
                    />
                  </span>
                  <span className={classes.tick}>{bar.tick}</span>
                </button>
              </Tooltip>
            ))}
          </div>
        </div>
      )}
      {comparedLabel && !asTable && (
        <span className={classes.legend}>
          <span className={classes.key} aria-hidden />
          {comparedLabel}
        </span>
      )}
      <button type="button" className={classes.toggle} onClick={() => setAsTable((old) => !old)}>
        {asTable ? t("chart.asChart") : t("chart.asTable")}
      </button>
    </figure>
  );
}
