// Chargers as rows that open to their plugs.
import { Group, Text } from "@mantine/core";
import { IconChargingPile, IconChevronDown } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { List } from "@/api/pages";
import type { Station } from "@/api/types";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { RouteLink } from "@/ui/Links";
import { RowOpener } from "@/ui/RowOpener";
import { StatusBadge, ToneBadge } from "@/ui/StatusBadge";
import { Count, Energy, Outside, Since } from "@/ui/Values";
import { Online } from "./Online";
import { PlugRows } from "./PlugRows";
import { NoPassword } from "./SecurityProfile";

interface ChargerTableProps {
  list: List<Station>;
  hideSite?: boolean;
  empty?: ReactNode;
}

/** Plugs shown in the row itself; the rest when it is opened. */
const SHOWN = 3;

function Plugs({ station }: { station: Station }) {
  const plugs = station.evses.flatMap((evse) =>
    evse.connectors.map((each) => ({ key: `${evse.evse}.${each.connector}`, status: each.status })),
  );
  return (
    <Group gap={4} wrap="nowrap">
      {plugs.slice(0, SHOWN).map((each) => (
        <StatusBadge key={each.key} status={each.status} offline={!station.online} />
      ))}
      {plugs.length > SHOWN && <Text size="sm">+{plugs.length - SHOWN}</Text>}
    </Group>
  );
}

function useColumns(hideSite: boolean): Column<Station>[] {
  const { t } = useTranslation();
  return [
    {
      accessor: "open",
      title: <span className="visually-hidden">{t("charger.plugs")}</span>,
      width: 36,
      render: (row) => (
        <RowOpener label={t("charger.showPlugs", { charger: row.identity })}>
          <IconChevronDown size={15} className="quiet" aria-hidden />
        </RowOpener>
      ),
    },
    {
      accessor: "identity",
      title: t("charger.one"),
      render: (row) => (
        <div>
          <Group gap={6}>
            <RouteLink to="/chargers/$id" params={{ id: row.id }} fw={550}>
              <Outside line text={row.identity} />
            </RouteLink>
            <NoPassword profile={row.security_profile} />
            {row.deviations > 0 && (
              <ToneBadge tone="amber" outline>
                {t("charger.deviating", { count: row.deviations })}
              </ToneBadge>
            )}
          </Group>
          {row.name && (
            <Text size="sm" c="dimmed">
              {row.name}
            </Text>
          )}
        </div>
      ),
    },
    { accessor: "online", title: t("charger.connection"), render: (row) => <Online station={row} /> },
    { accessor: "evses", title: t("charger.plugs"), render: (row) => <Plugs station={row} /> },
    {
      accessor: "site_name",
      title: t("charger.site"),
      hidden: hideSite,
      render: (row) => (
        <RouteLink to="/sites/$id" params={{ id: row.site_id }} c="inherit">
          <Outside line text={row.site_name} />
        </RouteLink>
      ),
    },
    {
      accessor: "model",
      title: t("charger.model"),
      render: (row) => <Outside line text={[row.vendor, row.model].filter(Boolean).join(" ")} />,
    },
    {
      accessor: "last_seen_at",
      title: t("charger.since"),
      render: (row) => <Since at={row.online ? row.online_since : (row.offline_since ?? row.last_seen_at)} />,
    },
    {
      accessor: "sessions_30d",
      title: t("charger.sessions30"),
      textAlign: "right",
      render: (row) => <Count value={row.sessions_30d} />,
    },
    {
      accessor: "energy_30d_wh",
      title: t("charger.energy30"),
      textAlign: "right",
      render: (row) => <Energy wh={row.energy_30d_wh} />,
    },
  ];
}

export function ChargerTable({ list, hideSite = false, empty }: ChargerTableProps) {
  const { t } = useTranslation();
  const columns = useColumns(hideSite);
  const navigate = useNavigate();
  return (
    <DataTable<Station>
      list={list}
      columns={columns}
      label={t("charger.list")}
      minWidth={hideSite ? 820 : 960}
      expansion={{
        allowMultiple: true,
        trigger: "click",
        content: ({ record }) => (
          <PlugRows
            station={record}
            onOpen={() => void navigate({ to: "/chargers/$id", params: { id: record.id } })}
          />
        ),
      }}
      empty={
        empty ?? <EmptyState icon={IconChargingPile} title={t("charger.none")} text={t("charger.noneText")} />
      }
    />
  );
}
