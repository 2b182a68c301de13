// What is kept at the charger itself: charge keys, standing limits, reservations, and what else it told.
import { Stack } from "@mantine/core";
import { IconBoxSeam } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Station, StationItem } from "@/api/types";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Json } from "@/ui/Json";
import { Panel } from "@/ui/Panel";
import { RowOpener } from "@/ui/RowOpener";
import { Outside, Timestamp } from "@/ui/Values";
import { LocalListPanel } from "./LocalListPanel";
import { ProfilePanel } from "./ProfilePanel";
import { useItems } from "./queries";
import { ReservationPanel } from "./ReservationPanel";

function Items({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data = [], error, isPending, refetch } = useItems(id);
  return (
    <Panel title={t("held.items")}>
      <DataTable<StationItem & { id?: string }>
        list={{ items: data, loading: isPending, error, retry: () => void refetch() }}
        rowKey={(each) => `${each.kind} ${each.key} ${each.evse ?? ""}`}
        label={t("held.items")}
        minWidth={480}
        plain
        columns={[
          {
            accessor: "kind",
            title: t("held.what"),
            render: (each) => (
              <RowOpener>
                {t(`held.itemKinds.${each.kind}`, { defaultValue: each.kind.replaceAll("_", " ") })}
              </RowOpener>
            ),
          },
          { accessor: "key", title: t("held.itsName"), render: (each) => <Outside text={each.key} mono /> },
          {
            accessor: "evse",
            title: t("command.plug"),
            render: (each) => (each.evse ? t("charger.plugNumber", { number: each.evse }) : "—"),
          },
          { accessor: "seen_at", title: t("held.told"), render: (each) => <Timestamp at={each.seen_at} /> },
        ]}
        expansion={{
          content: ({ record }) => (
            <div style={{ padding: 12 }}>
              <Json text={JSON.stringify(record.body, null, 2)} copyLabel={t("held.copyItem")} />
            </div>
          ),
        }}
        empty={<EmptyState icon={IconBoxSeam} title={t("held.noItems")} text={t("held.noItemsText")} />}
      />
    </Panel>
  );
}

export function HeldTab({ station }: { station: Station }) {
  return (
    <Stack gap="sm">
      <LocalListPanel station={station} />
      <ProfilePanel station={station} />
      <ReservationPanel station={station} />
      <Items id={station.id} />
    </Stack>
  );
}
