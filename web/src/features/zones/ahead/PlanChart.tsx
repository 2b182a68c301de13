// The hours ahead: what the building draws, the cars on top of it, the sun, what the connection holds, and the price.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PlanAhead } from "@/api/types";
import { knownZone } from "@/lib/format";
import { HiddenTable } from "@/ui/HiddenTable";
import { useLocale } from "@/ui/Values";
import { Legend } from "../Amps";
import { areaOf, stepsOf } from "./values";
import { useUnit } from "./words";

const WIDTH = 1_000;
const HEIGHT = 180;
const PRICE_HEIGHT = 70;
/** Rows of the table for those who do not see the drawing. */
const ROWS = 60;

type Interval = PlanAhead["intervals"][number];

export function PlanChart({ plan, zone }: { plan: PlanAhead; zone: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { perKwh } = useUnit(plan.currency);
  const rows = plan.intervals;
  const drawn = (row: Interval) => row.load_w + row.cars_w;
  const top = Math.max(1_000, plan.limit_w, ...rows.map(drawn), ...rows.map((row) => row.solar_w)) * 1.05;
  const prices = rows.map((row) => row.price);
  const [least, most] = [Math.min(...prices), Math.max(...prices)];
  const floor = Math.min(0, least);
  const size = { width: WIDTH, height: HEIGHT, top };
  const priceSize = { width: WIDTH, height: PRICE_HEIGHT, top: Math.max(1, most - floor) * 1.1 };
  const moment = (at: string | undefined) =>
    at
      ? new Date(at).toLocaleString(locale, {
          timeZone: knownZone(zone),
          weekday: "short",
          hour: "2-digit",
          minute: "2-digit",
        })
      : "";
  const kilo = (watts: number) =>
    `${(watts / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 })} kW`;
  const sunny = rows.some((row) => row.solar_w > 0);
  const price = t(plan.currency ? "zonePlan.price" : "zonePlan.carbon");
  const fuse = HEIGHT - (plan.limit_w / top) * HEIGHT;
  const color = (name: string) => `var(--mantine-color-${name})`;
  const [first, last] = [rows[0]?.from, rows.at(-1)?.until];
  return (
    <figure style={{ margin: 0 }} aria-label={t("zonePlan.chart")}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        width="100%"
        height={HEIGHT}
        role="img"
        aria-label={t("zonePlan.chartOf", {
          from: moment(first),
          until: moment(last),
          zone,
          peak: kilo(Math.max(0, ...rows.map(drawn))),
          limit: kilo(plan.limit_w),
        })}
      >
        <path
          d={areaOf(
            rows,
            size,
            (row) => row.load_w,
            () => 0,
          )}
          fill={color("gray-5")}
        />
        <path d={areaOf(rows, size, drawn, (row) => row.load_w)} fill={color("teal-6")} />
        {sunny && (
          <path
            d={stepsOf(rows, size, (row) => row.solar_w)}
            fill="none"
            stroke={color("yellow-5")}
            strokeWidth={2}
            vectorEffect="non-scaling-stroke"
          />
        )}
        <path
          d={`M0 ${fuse}H${WIDTH}`}
          stroke={color("red-6")}
          strokeWidth={2}
          strokeDasharray="6 4"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <svg
        viewBox={`0 0 ${WIDTH} ${PRICE_HEIGHT}`}
        preserveAspectRatio="none"
        width="100%"
        height={PRICE_HEIGHT}
        role="img"
        aria-label={t("zonePlan.priceOf", { name: price, least: perKwh(least), most: perKwh(most) })}
        style={{ borderBottom: "1px solid var(--mantine-color-default-border)", marginTop: 4 }}
      >
        <path
          d={stepsOf(rows, priceSize, (row) => row.price - floor)}
          fill="none"
          stroke={color("indigo-5")}
          strokeWidth={2}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <Text
        size="xs"
        c="dimmed"
        style={{ display: "flex", justifyContent: "space-between", gap: 8 }}
        component="div"
      >
        <span>{moment(first)}</span>
        <span>{t("zonePlan.topIs", { power: kilo(top), zone })}</span>
        <span>{moment(last)}</span>
      </Text>
      <Legend
        items={[
          { color: "red-6", text: t("zonePlan.limit") },
          { color: "teal-6", text: t("zonePlan.cars") },
          { color: "gray-5", text: t("zonePlan.building") },
          ...(sunny ? [{ color: "yellow-5", text: t("zonePlan.sun") }] : []),
          {
            color: "indigo-5",
            text: t("zonePlan.priceOf", { name: price, least: perKwh(least), most: perKwh(most) }),
          },
        ]}
      />
      <HiddenTable
        caption={t("zonePlan.chart")}
        heads={[t("zonePlan.time"), price, t("zonePlan.building"), t("zonePlan.sun"), t("zonePlan.cars")]}
        rows={rows}
        most={ROWS}
        cells={(row) => [
          moment(row.from),
          perKwh(row.price),
          kilo(row.load_w),
          kilo(row.solar_w),
          kilo(row.cars_w),
        ]}
      />
    </figure>
  );
}
