// Which days are shown, of which site, and what they are compared with; all of it in the address.
import { ActionIcon, Button, Group, SegmentedControl, Switch, Text, TextInput } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSiteChoices } from "@/api/lookups";
import { useUrlState } from "@/lib/urlState";
import { FilterSelect } from "@/ui/Filters";
import { useLocale } from "@/ui/Values";
import { addDays, isDay, KINDS, type Kind, moved, type Range } from "./period";

interface PeriodBarProps {
  kind: Kind;
  range: Range;
  today: string;
}

/** The days as a person says them. */
export function usePeriodText(): (kind: Kind, range: Range) => string {
  const locale = useLocale();
  return (kind, { from, to }) => {
    const say = (day: string, options: Intl.DateTimeFormatOptions) =>
      new Date(`${day}T00:00:00Z`).toLocaleDateString(locale, { timeZone: "UTC", ...options });
    if (kind === "year") return from.slice(0, 4);
    if (kind === "month") return say(from, { month: "long", year: "numeric" });
    const long: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" };
    if (from === to) return say(from, { weekday: "short", ...long });
    return `${say(from, { day: "numeric", month: "short" })} – ${say(to, long)}`;
  };
}

function CustomDays({ range }: { range: Range }) {
  const { t } = useTranslation();
  const [, set] = useUrlState();
  const change = (name: "from" | "to", value: string) => {
    if (!isDay(value)) return;
    const next = { ...range, [name]: value };
    // The other end gives way, so that the period never ends before it begins.
    set(next.from <= next.to ? next : { from: value, to: value });
  };
  return (
    <Group gap={6}>
      {(["from", "to"] as const).map((name) => (
        <TextInput
          key={name}
          type="date"
          aria-label={t(`dashboard.${name}`)}
          value={range[name]}
          onChange={(event) => change(name, event.currentTarget.value)}
          w={150}
        />
      ))}
    </Group>
  );
}

export function PeriodBar({ kind, range, today }: PeriodBarProps) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const sites = useSiteChoices();
  const say = usePeriodText();
  const choose = (next: Kind) => {
    if (next === "custom") return set({ period: next, ...range });
    // The anchor stays in sight: the last day that has come of what was shown.
    const day = range.to < today ? range.to : range.from > today ? range.from : today;
    set({ period: next, day: day === today ? undefined : day, from: undefined, to: undefined });
  };
  const go = (steps: 1 | -1) => {
    const next = moved(kind, range, steps);
    if (kind === "custom") set({ from: next.from, to: next.to });
    else set({ day: next.from });
  };
  return (
    <Group gap="sm" align="center">
      <SegmentedControl
        aria-label={t("dashboard.period")}
        value={kind}
        onChange={(value) => choose(value as Kind)}
        data={KINDS.map((each) => ({ value: each, label: t(`dashboard.kind.${each}`) }))}
        size="xs"
      />
      <Group gap={4} wrap="nowrap">
        <ActionIcon variant="default" size="lg" aria-label={t("dashboard.before")} onClick={() => go(-1)}>
          <IconChevronLeft size={18} />
        </ActionIcon>
        <Text fw={600} ta="center" miw={130} aria-live="polite" data-testid="period">
          {say(kind, range)}
        </Text>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={t("dashboard.after")}
          onClick={() => go(1)}
          disabled={addDays(range.to, 1) > today}
        >
          <IconChevronRight size={18} />
        </ActionIcon>
      </Group>
      {kind === "custom" && <CustomDays range={range} />}
      {(range.from > today || range.to < today) && kind !== "custom" && (
        <Button variant="subtle" size="compact-sm" onClick={() => set({ day: undefined })}>
          {t("dashboard.now")}
        </Button>
      )}
      {sites.length > 1 && <FilterSelect name="site" label={t("dashboard.allSites")} choices={sites} />}
      <Switch
        size="sm"
        label={t("dashboard.compare")}
        checked={url.compare !== "0"}
        onChange={(event) => set({ compare: event.currentTarget.checked ? undefined : "0" })}
      />
    </Group>
  );
}
