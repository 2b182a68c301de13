// What a driver charged in a period, by charge key.
import { Group, Stack } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { EmptyState } from "@/ui/EmptyState";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { PeriodFields } from "@/ui/PeriodFields";
import { UsageTable } from "@/ui/UsageTable";
import { usePeriod } from "@/ui/usePeriod";
import { driverUsageOptions } from "./queries";

export function DriverUsage({ id }: { id: string }) {
  const { t } = useTranslation();
  const mayExport = useMay("export");
  const period = usePeriod();
  const { from, to } = period;
  const { data, error, isPending, refetch } = useQuery(driverUsageOptions(id, from, to));
  const list = { items: data?.items ?? [], loading: isPending, error, retry: () => void refetch() };
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <PeriodFields period={period} />
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
