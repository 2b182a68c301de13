// For a charger that is away: whether a command waits for it, and how long.
import { Checkbox, Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Hours a command may wait. */
const HOURS = ["1", "8", "24", "168"];
const FIRST = "24";
const HOUR_MS = 3_600_000;

/** Until when, for the hours chosen; nothing when it does not wait. */
export const untilOf = (hours: string | null): string | undefined =>
  hours === null ? undefined : new Date(Date.now() + Number(hours) * HOUR_MS).toISOString();

export function QueueChoice({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (hours: string | null) => void;
}) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" mt="xs">
      <Checkbox
        label={t("command.queue")}
        checked={value !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? FIRST : null)}
      />
      {value !== null && (
        <Select
          label={t("command.queueFor")}
          data={HOURS.map((each) => ({ value: each, label: t(`command.queueHours.${each}`) }))}
          value={value}
          onChange={onChange}
          allowDeselect={false}
        />
      )}
    </Stack>
  );
}
