// Chargers as rows that open to their plugs.
import { Group, Text, Tooltip } from "@mantine/core";
import { IconChargingPile, IconChevronDown } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { List } from "@/api/pages";
import type { Station } from "@/api/types";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { RouteLink } from "@/ui/Links";
import type { ListColumn } from "@/ui/list/columns";
import { RowOpener } from "@/ui/RowOpener";
import { StatusBadge, ToneBadge } from "@/ui/StatusBadge";
import { Count, Energy, Outside, Percent, Since } from "@/ui/Values";
import { Online } from "./Online";
import { PlugRows } from "./PlugRows";
import { NoPassword } from "./SecurityProfile";

interface ChargerTableProps {
  list: List<Station>;
  hideSite?: boolean;
  empty?: ReactNode;
  /** The columns somebody chose; without, all that are usual. */
  columns?: Column<Station>[];
  selected?: Station[];
  onSelect?: (rows: Station[]) => void;
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

export function useChargerColumns(hideSite = false): ListColumn<Station>[] {
  const { t } = useTranslation();
  return [
    {
      accessor: "open",
      title: <span className="visually-hidden">{t("charger.plugs")}</span>,
      fixed: true,
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
      fixed: true,
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
      accessor: "serial",
      title: t("charger.serial"),
      optional: true,
      render: (row) => <Outside line text={row.serial} mono />,
    },
    {
      accessor: "firmware",
      title: t("charger.firmware"),
      optional: true,
      render: (row) => <Outside line text={row.firmware} mono />,
    },
    {
      accessor: "protocol",
      title: t("charger.protocol"),
      optional: true,
      render: (row) =>
        row.protocol
          ? t(`charger.protocols.${row.protocol.replaceAll(".", "_")}`, { defaultValue: row.protocol })
          : "—",
    },
    {
      accessor: "owner_email",
      title: t("charger.owner"),
      optional: true,
      render: (row) => <Outside line text={row.owner_email} />,
    },
    {
      accessor: "heard",
      title: t("charger.lastSeen"),
      optional: true,
      render: (row) => <Since at={row.last_seen_at} />,
    },
    {
      accessor: "last_seen_at",
      title: t("charger.since"),
      render: (row) => <Since at={row.online ? row.online_since : (row.offline_since ?? row.last_seen_at)} />,
    },
    {
      accessor: "sessions_30d",
      name: t("charger.sessions30"),
      title: <Defined name={t("charger.sessions30")} definition={t("charger.sessions30Help")} />,
      textAlign: "right",
      render: (row) => <Count value={row.sessions_30d} />,
    },
    {
      accessor: "energy_30d_wh",
      name: t("charger.energy30"),
      title: <Defined name={t("charger.energy30")} definition={t("charger.energy30Help")} />,
      textAlign: "right",
      render: (row) => <Energy wh={row.energy_30d_wh} />,
    },
    {
      accessor: "uptime_30d",
      name: t("charger.uptime30"),
      title: <Defined name={t("charger.uptime30")} definition={t("charger.uptimeHelp")} />,
      textAlign: "right",
      render: (row) => <Percent value={row.uptime_30d} />,
    },
  ];
}

/** A column's name with what it counts, on hover and focus. */
function Defined({ name, definition }: { name: string; definition: string }) {
  return (
    <Tooltip label={definition} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what it counts is read by keyboard too */}
      <span tabIndex={0}>{name}</span>
    </Tooltip>
  );
}

export function ChargerTable({
  list,
  hideSite = false,
  empty,
  columns,
  selected,
  onSelect,
}: ChargerTableProps) {
  const { t } = useTranslation();
  const usual = useChargerColumns(hideSite);
  const navigate = useNavigate();
  return (
    <DataTable<Station>
      list={list}
      columns={columns ?? usual.filter((each) => !each.optional)}
      {...(selected && onSelect ? { selected, onSelect, rowName: (row: Station) => row.identity } : {})}
      label={t("charger.list")}
      minWidth={hideSite ? 940 : 1180}
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
