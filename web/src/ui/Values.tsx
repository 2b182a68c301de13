// Every value with a unit goes through here. `null` is shown as a dash, never as nought.
import { Text, Tooltip } from "@mantine/core";
import clsx from "clsx";
import { useTranslation } from "react-i18next";
import {
  ABSENT,
  bytes,
  duration,
  energy,
  energyExact,
  instant,
  instantLong,
  knownZone,
  latency,
  money,
  power,
  zoneName,
} from "@/lib/format";
import { useNow } from "@/lib/useNow";
import { LANGUAGES } from "@/locales/languages";
import classes from "./Values.module.css";
import { useZone } from "./zone";

type Maybe<T> = T | null | undefined;

export function useLocale(): string {
  const { i18n } = useTranslation();
  // English without a country would put the month first and use twelve hours.
  return LANGUAGES.find((each) => each.code === i18n.language)?.locale ?? "en-GB";
}

export function Absent() {
  return <span className={classes.absent}>{ABSENT}</span>;
}

function Quantity({ value, unit }: { value: string; unit: string }) {
  return (
    <span className={classes.quantity}>
      {value}
      <span className={classes.unit}>{unit}</span>
    </span>
  );
}

export function Energy({ wh, exact = false }: { wh: Maybe<number>; exact?: boolean }) {
  const locale = useLocale();
  if (wh === null || wh === undefined) return <Absent />;
  return <Quantity {...(exact ? energyExact(wh, locale) : energy(wh, locale))} />;
}

export function Power({ w }: { w: Maybe<number> }) {
  const locale = useLocale();
  if (w === null || w === undefined) return <Absent />;
  return <Quantity {...power(w, locale)} />;
}

export function Count({ value }: { value: Maybe<number> }) {
  const locale = useLocale();
  if (value === null || value === undefined) return <Absent />;
  return <span className="tabular">{value.toLocaleString(locale)}</span>;
}

export function Percent({ value }: { value: Maybe<number> }) {
  if (value === null || value === undefined) return <Absent />;
  return <Quantity value={String(value)} unit="%" />;
}

/** Size of a file. */
export function Bytes({ value }: { value: Maybe<number> }) {
  const locale = useLocale();
  if (value === null || value === undefined) return <Absent />;
  return <Quantity {...bytes(value, locale)} />;
}

export function Duration({ seconds }: { seconds: Maybe<number> }) {
  if (seconds === null || seconds === undefined) return <Absent />;
  return <span className="tabular">{duration(seconds)}</span>;
}

/** Time since a moment, moving on by itself. */
export function Since({ at }: { at: Maybe<string> }) {
  const now = useNow(15_000);
  if (!at) return <Absent />;
  const seconds = (now.getTime() - new Date(at).getTime()) / 1_000;
  return (
    <Tooltip label={<Moment at={at} />}>
      <span className="tabular">{duration(seconds)}</span>
    </Tooltip>
  );
}

export function Latency({ ms }: { ms: Maybe<number> }) {
  const locale = useLocale();
  if (ms === null || ms === undefined) return <Absent />;
  return <span className="tabular">{latency(ms, locale)}</span>;
}

function Moment({ at, zone }: { at: string; zone?: string }) {
  const locale = useLocale();
  const own = useZone();
  const shown = zone ?? own;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([knownZone(shown), here, "UTC"])];
  return (
    <>
      {zones.map((each) => (
        <Text key={each} size="xs" className="tabular">
          {instantLong(at, each, locale)}
        </Text>
      ))}
    </>
  );
}

interface TimestampProps {
  at: Maybe<string>;
  /** The site's zone; without it the organisation's. */
  zone?: string;
  seconds?: boolean;
}

/** A moment in the site's zone; the tooltip names the zone and gives the reader's own and UTC. */
export function Timestamp({ at, zone, seconds = false }: TimestampProps) {
  const locale = useLocale();
  const own = useZone();
  const now = useNow(60_000);
  if (!at) return <Absent />;
  // Rows of several places in one list: a time that is not the screen's own says whose it is.
  const foreign =
    zone !== undefined && zoneName(zone, locale, new Date(at)) !== zoneName(own, locale, new Date(at));
  return (
    <Tooltip label={<Moment at={at} zone={zone} />}>
      <time dateTime={at} className="tabular" style={{ whiteSpace: "nowrap" }}>
        {instant(at, zone ?? own, locale, now, seconds)}
        {foreign && <span className={classes.unit}>{zoneName(zone, locale, new Date(at))}</span>}
      </time>
    </Tooltip>
  );
}

export function Money({ cost }: { cost: Maybe<{ amount: string; currency: string }> }) {
  const locale = useLocale();
  if (!cost) return <Absent />;
  return <span className="tabular">{money(cost.amount, cost.currency, locale)}</span>;
}

/** Text from outside: always text, never markup; long words break. */
export function Outside({
  text,
  mono = false,
  line = false,
}: {
  text: Maybe<string>;
  mono?: boolean;
  /** One line in a table, cut where it is too long; the whole on hover. */
  line?: boolean;
}) {
  if (text === null || text === undefined || text === "") return <Absent />;
  return (
    <span
      className={clsx(line ? classes.line : classes.outside, mono && classes.mono)}
      title={line ? text : undefined}
    >
      {text}
    </span>
  );
}
