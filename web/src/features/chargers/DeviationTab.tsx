// Where a charger departs from the protocol: tolerated, counted and shown.
import { Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { deviationsOptions } from "@/api/lookups";
import type { Deviation } from "@/api/types";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Count, Outside, Timestamp } from "@/ui/Values";

export function DeviationTab({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(deviationsOptions(id));
  return (
    <>
      <Text c="dimmed" mb="sm">
        {t("deviation.text")}
      </Text>
      <DataTable<Deviation & { id?: string }>
        list={{ items: data ?? [], loading: isPending, error, retry: () => void refetch() }}
        rowKey={(each) => `${each.kind} ${each.path} ${each.seen}`}
        label={t("deviation.list")}
        columns={[
          {
            accessor: "kind",
            title: t("deviation.kind"),
            render: (each) =>
              t(`deviation.kinds.${each.kind}`, { defaultValue: each.kind.replaceAll("_", " ") }),
          },
          {
            accessor: "path",
            title: t("deviation.path"),
            render: (each) => <Outside text={each.path} mono />,
          },
          {
            accessor: "seen",
            title: t("deviation.seen"),
            render: (each) => <Outside text={each.seen} mono />,
          },
          {
            accessor: "count",
            title: t("deviation.count"),
            textAlign: "right",
            render: (each) => <Count value={each.count} />,
          },
          {
            accessor: "last_at",
            title: t("deviation.last"),
            render: (each) => <Timestamp at={each.last_at} />,
          },
        ]}
        empty={<EmptyState icon={IconCircleCheck} title={t("deviation.none")} />}
      />
    </>
  );
}
