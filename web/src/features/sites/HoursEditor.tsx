// Opening hours: not said, day and night, or by weekday with several stretches a day; and dates on which something else holds.
import { ActionIcon, Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { OpeningHours } from "@/api/types";
import { useLocale } from "@/ui/Values";
import { DAYS, endForField, endFromField, inMode, likeMonday, type Mode, modeOf } from "./hours";

interface Stretch {
  from: string;
  to: string;
}

/** A Monday, to name weekdays by. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export function useDayName(form: "long" | "short" = "long"): (day: number) => string {
  const locale = useLocale();
  const format = new Intl.DateTimeFormat(locale, { weekday: form, timeZone: "UTC" });
  return (day) => format.format(new Date(MONDAY + (day - 1) * DAY_MS));
}

interface StretchesProps {
  name: string;
  stretches: Stretch[];
  onChange: (stretches: Stretch[]) => void;
}

function Stretches({ name, stretches, onChange }: StretchesProps) {
  const { t } = useTranslation();
  const change = (index: number, part: Partial<Stretch>) =>
    onChange(stretches.map((each, at) => (at === index ? { ...each, ...part } : each)));
  return (
    <Stack gap={6}>
      {stretches.length === 0 && (
        <Text size="sm" c="dimmed" lh="30px">
          {t("hours.closed")}
        </Text>
      )}
      {stretches.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a stretch is nothing but its place in the day
        <Group key={index} gap={6} wrap="nowrap">
          <TextInput
            type="time"
            size="xs"
            w={{ base: 106, xs: 122 }}
            aria-label={t("hours.from", { day: name })}
            value={each.from}
            onChange={(event) => change(index, { from: event.currentTarget.value })}
          />
          –
          <TextInput
            type="time"
            size="xs"
            w={{ base: 106, xs: 122 }}
            aria-label={t("hours.to", { day: name })}
            value={endForField(each.to)}
            onChange={(event) => change(index, { to: endFromField(event.currentTarget.value) })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("hours.remove", { day: name })}
            onClick={() => onChange(stretches.filter((_, at) => at !== index))}
          >
            <IconX size={15} />
          </ActionIcon>
        </Group>
      ))}
    </Stack>
  );
}

interface HoursEditorProps {
  label: string;
  value: OpeningHours | null;
  onChange: (value: OpeningHours | null) => void;
  /** What is said where hours are not given. */
  unknown: string;
}

export function HoursEditor({ label, value, onChange, unknown }: HoursEditorProps) {
  const { t } = useTranslation();
  const dayName = useDayName();
  const mode = modeOf(value);
  const ofDay = (day: number) => (value?.week ?? []).filter((each) => each.day === day);
  const setDay = (day: number, stretches: Stretch[]) => {
    if (!value) return;
    const rest = value.week.filter((each) => each.day !== day);
    const week = [...rest, ...stretches.map(({ from, to }) => ({ day, from, to }))];
    onChange({ ...value, week: week.sort((a, b) => a.day - b.day) });
  };
  const exceptions = value?.exceptions ?? [];
  const setException = (index: number, part: Partial<OpeningHours["exceptions"][number]>) => {
    if (!value) return;
    const changed = exceptions.map((each, at) => (at === index ? { ...each, ...part } : each));
    onChange({ ...value, exceptions: changed });
  };
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label={label}
        value={mode}
        onChange={(next) => onChange(inMode(next as Mode, value))}
        data={[
          { value: "unknown", label: unknown },
          { value: "always", label: t("hours.always") },
          { value: "week", label: t("hours.week") },
        ]}
        style={{ alignSelf: "flex-start" }}
      />
      {mode === "week" && value && (
        <>
          {DAYS.map((day) => (
            <Group key={day} gap="xs" align="flex-start">
              <Text w={96} size="sm" lh="30px">
                {dayName(day)}
              </Text>
              <Group gap={4} align="flex-start" wrap="nowrap">
                <Stretches
                  name={dayName(day)}
                  stretches={ofDay(day)}
                  onChange={(stretches) => setDay(day, stretches)}
                />
                <ActionIcon
                  variant="subtle"
                  aria-label={t("hours.add", { day: dayName(day) })}
                  onClick={() => setDay(day, [...ofDay(day), { from: "08:00", to: "18:00" }])}
                >
                  <IconPlus size={16} />
                </ActionIcon>
              </Group>
            </Group>
          ))}
          <Button
            variant="default"
            size="xs"
            style={{ alignSelf: "flex-start" }}
            onClick={() => onChange(likeMonday(value))}
          >
            {t("hours.likeMonday", { first: dayName(1), last: dayName(5) })}
          </Button>
        </>
      )}
      {value && (
        <>
          {exceptions.length > 0 && (
            <Text size="sm" fw={500} mt="xs">
              {t("hours.exceptions")}
            </Text>
          )}
          {exceptions.map((each, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row of the form, the date in it changes while one types
            <Group key={index} gap="xs" align="flex-start">
              <TextInput
                type="date"
                size="xs"
                w={150}
                aria-label={t("hours.date")}
                value={each.date}
                onChange={(event) => setException(index, { date: event.currentTarget.value })}
              />
              <Stretches
                name={each.date || t("hours.date")}
                stretches={each.ranges}
                onChange={(ranges) => setException(index, { ranges })}
              />
              <ActionIcon
                variant="subtle"
                aria-label={t("hours.add", { day: each.date })}
                onClick={() =>
                  setException(index, { ranges: [...each.ranges, { from: "08:00", to: "18:00" }] })
                }
              >
                <IconPlus size={16} />
              </ActionIcon>
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                onClick={() => onChange({ ...value, exceptions: exceptions.filter((_, at) => at !== index) })}
              >
                {t("hours.removeDate")}
              </Button>
            </Group>
          ))}
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            style={{ alignSelf: "flex-start" }}
            onClick={() => onChange({ ...value, exceptions: [...exceptions, { date: "", ranges: [] }] })}
          >
            {t("hours.addDate")}
          </Button>
        </>
      )}
    </Stack>
  );
}
