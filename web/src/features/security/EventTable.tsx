// Security events with their severity: of one charger, or of all.
import { IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SecurityEvent } from "@/api/types";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { RouteLink } from "@/ui/Links";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Outside, Timestamp } from "@/ui/Values";
import { type EventFilter, useSecurityEvents } from "./queries";

const TONES: Record<string, Tone> = { critical: "red", high: "red", medium: "amber", low: "grey" };

export function EventTable({ filter }: { filter: EventFilter }) {
  const { t } = useTranslation();
  const list = useSecurityEvents(filter);
  const columns: Column<SecurityEvent>[] = [
    {
      accessor: "at",
      title: t("message.at"),
      width: 140,
      render: (row) => <Timestamp at={row.at} seconds />,
    },
    {
      accessor: "severity",
      title: t("security.severity"),
      width: 110,
      render: (row) => (
        <ToneBadge tone={TONES[row.severity] ?? "grey"}>
          {t(`security.severities.${row.severity}`, { defaultValue: row.severity })}
        </ToneBadge>
      ),
    },
    { accessor: "kind", title: t("security.event"), render: (row) => <Outside text={row.kind} mono /> },
    { accessor: "info", title: t("command.detail"), render: (row) => <Outside text={row.info} /> },
  ];
  if (!filter.station_id) {
    columns.splice(2, 0, {
      accessor: "station_identity",
      title: t("charger.one"),
      render: (row) => (
        <RouteLink to="/chargers/$id" params={{ id: row.station_id }} search={{ tab: "security" } as never}>
          {row.station_identity}
        </RouteLink>
      ),
    });
  }
  return (
    <DataTable<SecurityEvent>
      list={list}
      label={t("security.events")}
      columns={columns}
      empty={
        <EmptyState icon={IconShieldCheck} title={t("security.noEvents")} text={t("security.noEventsText")} />
      }
    />
  );
}
