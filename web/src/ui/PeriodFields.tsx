// First and last day of a period, kept in the address, and whose clock they are counted by.
import { Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useUrlState } from "@/lib/urlState";
import type { Period } from "./usePeriod";

export function PeriodFields({ period }: { period: Period }) {
  const { t } = useTranslation();
  const [, set] = useUrlState();
  const { first, last, zone } = period;
  return (
    <>
      <TextInput
        type="date"
        label={t("usage.first")}
        value={first}
        max={last}
        onChange={(event) => set({ first: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t("usage.last")}
        value={last}
        min={first}
        onChange={(event) => set({ last: event.currentTarget.value || undefined })}
      />
      <Text size="sm" c="dimmed" pb={8}>
        {t("usage.zone", { zone })}
      </Text>
    </>
  );
}
