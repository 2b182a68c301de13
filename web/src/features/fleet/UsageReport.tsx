// What was charged in a period: by key, driver, car or team, of one fleet or of all.
import { Group, SegmentedControl, Stack } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { PeriodFields } from "@/ui/PeriodFields";
import { type UsageBy, UsageTable } from "@/ui/UsageTable";
import { usePeriod } from "@/ui/usePeriod";
import { usageOptions } from "./queries";

const BY: UsageBy[] = ["driver", "key", "car", "team"];

export function UsageReport() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayExport = useMay("export");
  const by = BY.find((each) => each === url.by) ?? "driver";
  const period = usePeriod();
  const { from, to } = period;
  const asked = { by, fleet: url.fleet, from, to };
  const { data, error, isPending, refetch } = useQuery(usageOptions(asked));
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <SegmentedControl
          aria-label={t("usage.byLabel")}
          data={BY.map((value) => ({ value, label: t(`usage.by.${value}`) }))}
          value={by}
          onChange={(value) => set({ by: value })}
        />
        <PeriodFields period={period} />
        {mayExport && (
          <Group ml="auto">
            <ExportMenu route="/usage/export" query={asked} />
          </Group>
        )}
      </Group>
      <UsageTable
        list={{ items: data?.items ?? [], loading: isPending, error, retry: () => void refetch() }}
        by={by}
        empty={<EmptyState icon={IconBolt} title={t("usage.none")} text={t("usage.noneText")} />}
      />
    </Stack>
  );
}
