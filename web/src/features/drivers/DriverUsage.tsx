// What a driver charged in a period, by charge key.
import { Group, Stack, Text, TextInput } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { UsageTable } from "@/ui/UsageTable";
import { usePeriod } from "@/ui/usePeriod";
import { driverUsageOptions } from "./queries";

export function DriverUsage({ id }: { id: string }) {
  const { t } = useTranslation();
  const [, set] = useUrlState();
  const mayExport = useMay("export");
  const { first, last, from, to, zone } = usePeriod();
  const { data, error, isPending, refetch } = useQuery(driverUsageOptions(id, from, to));
  const list = { items: data?.items ?? [], loading: isPending, error, retry: () => void refetch() };
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
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
        {mayExport && (
          <Group ml="auto">
            <ExportMenu route="/usage/export" query={{ by: "key", driver_id: id, from, to }} />
          </Group>
        )}
      </Group>
      <UsageTable
        list={list}
        by="key"
        empty={<EmptyState icon={IconBolt} title={t("usage.none")} text={t("usage.noneText")} />}
      />
    </Stack>
  );
}
