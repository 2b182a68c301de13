// Rows of windows: on which days, from when to when, how much. Usable by keyboard and on a phone.
import {
  ActionIcon,
  Button,
  Chip,
  Group,
  NumberInput,
  Paper,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDayName } from "./WeekPicture";
import { DAYS, type Kind, type Row } from "./week";

interface LimitProps {
  label: string;
  kind: Kind;
  amount: number | string;
  onChange: (next: { kind: Kind; amount: number | string }) => void;
}

export function LimitFields({ label, kind, amount, onChange }: LimitProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <Select
        label={label}
        w={190}
        allowDeselect={false}
        data={(["full", "none", "a", "kw"] as Kind[]).map((value) => ({
          value,
          label: t(`schedule.kinds.${value}`),
        }))}
        value={kind}
        onChange={(next) => onChange({ kind: (next ?? "full") as Kind, amount })}
      />
      {(kind === "a" || kind === "kw") && (
        <NumberInput
          aria-label={t(kind === "a" ? "schedule.inAmps" : "schedule.inKilowatts")}
          w={110}
          min={0}
          decimalScale={3}
          suffix={kind === "a" ? " A" : " kW"}
          value={amount}
          onChange={(next) => onChange({ kind, amount: next })}
        />
      )}
    </Group>
  );
}

interface RowsProps {
  rows: Row[];
  onChange: (rows: Row[]) => void;
}

export function WindowRows({ rows, onChange }: RowsProps) {
  const { t } = useTranslation();
  const day = useDayName();
  const long = useDayName("long");
  const put = (key: number, change: Partial<Row>) =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...change } : row)));
  const add = () => {
    const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
    onChange([
      ...rows,
      { key, days: ["1", "2", "3", "4", "5"], from: "16:00", to: "20:00", kind: "none", amount: "" },
    ]);
  };
  return (
    <Stack gap="xs">
      {rows.map((row, index) => (
        <Paper
          key={row.key}
          withBorder
          p="xs"
          role="group"
          aria-label={t("schedule.window", { number: index + 1 })}
        >
          <Stack gap="xs">
            <Chip.Group multiple value={row.days} onChange={(days) => put(row.key, { days })}>
              <Group gap={4}>
                {DAYS.map((number) => (
                  <Chip key={number} size="xs" value={String(number)} aria-label={long(number)}>
                    {day(number)}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
            <Group gap="xs" align="flex-end">
              <TextInput
                type="time"
                label={t("schedule.from")}
                w={120}
                value={row.from}
                onChange={(event) => put(row.key, { from: event.currentTarget.value })}
              />
              <TextInput
                type="time"
                label={t("schedule.to")}
                w={120}
                value={row.to === "24:00" ? "00:00" : row.to}
                onChange={(event) => put(row.key, { to: event.currentTarget.value })}
              />
              <LimitFields
                label={t("schedule.limit")}
                kind={row.kind}
                amount={row.amount}
                onChange={(next) => put(row.key, next)}
              />
              <ActionIcon
                variant="subtle"
                color="red"
                size="lg"
                aria-label={t("schedule.removeWindow", { number: index + 1 })}
                onClick={() => onChange(rows.filter((each) => each.key !== row.key))}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
          </Stack>
        </Paper>
      ))}
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("schedule.noWindows")}
        </Text>
      )}
      <Button variant="light" leftSection={<IconPlus size={16} />} onClick={add} w="fit-content">
        {t("schedule.addWindow")}
      </Button>
    </Stack>
  );
}
