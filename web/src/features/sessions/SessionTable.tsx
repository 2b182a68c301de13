// Sessions as rows: where, who, when, how much. Live rows count on by themselves.
import { Group, Tooltip } from "@mantine/core";
import { IconBolt, IconFlag3 } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { List } from "@/api/pages";
import type { Session } from "@/api/types";
import { type Column, DataTable, type Sort } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { RouteLink } from "@/ui/Links";
import type { ListColumn } from "@/ui/list/columns";
import { ToneBadge } from "@/ui/StatusBadge";
import { Absent, Energy, Money, Outside, Percent, Power, Timestamp } from "@/ui/Values";
import { RunningTime } from "./RunningTime";
import { SessionMenu } from "./SessionMenu";

type Hidden = "station" | "site";

interface SessionTableProps {
  list: Pick<List<Session>, "items" | "loading" | "error"> & Partial<List<Session>>;
  hide?: Hidden[];
  /** Inside a panel: no cost column, no paging. */
  plain?: boolean;
  empty?: ReactNode;
  sort?: Sort<Session>;
  onSort?: (sort: Sort<Session>) => void;
  /** Those that were chosen; without it the ones proposed. */
  columns?: Column<Session>[];
}

export function SessionStatus({ session }: { session: Session }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="nowrap">
      <ToneBadge tone={session.status === "active" ? "blue" : "grey"}>
        {t(`session.status.${session.status}`)}
      </ToneBadge>
      {session.needs_review && (
        <Tooltip
          label={session.flags.map((flag) => t(`session.flag.${flag}`, { defaultValue: flag })).join(" ")}
        >
          <span role="img" aria-label={t("session.needsReview")} style={{ display: "inline-flex" }}>
            <IconFlag3 size={16} color="var(--mantine-color-error)" />
          </span>
        </Tooltip>
      )}
    </Group>
  );
}

function KeyCell({ session }: { session: Session }) {
  if (!session.id_token) return <Absent />;
  return session.id_token_alias ? (
    <Tooltip label={session.id_token}>
      <span>
        <Outside line text={session.id_token_alias} />
      </span>
    </Tooltip>
  ) : (
    <Outside line text={session.id_token} mono />
  );
}

export function useSessionColumns({
  hide = [],
  plain,
  onSort,
}: Pick<SessionTableProps, "hide" | "plain" | "onSort">): ListColumn<Session>[] {
  const { t } = useTranslation();
  const sortable = onSort !== undefined;
  return [
    {
      accessor: "started_at",
      title: t("session.started"),
      fixed: true,
      sortable,
      render: (row) => (
        <RouteLink to="/sessions/$id" params={{ id: row.id }}>
          <Timestamp at={row.started_at} zone={row.site_time_zone} />
        </RouteLink>
      ),
    },
    {
      accessor: "station_identity",
      title: t("session.charger"),
      hidden: hide.includes("station"),
      render: (row) => (
        <RouteLink to="/chargers/$id" params={{ id: row.station_id }}>
          <Outside line text={row.station_name ?? row.station_identity} />
        </RouteLink>
      ),
    },
    { accessor: "evse", title: t("session.plug"), width: 60, render: (row) => row.evse },
    {
      accessor: "site_name",
      title: t("session.site"),
      hidden: hide.includes("site"),
      render: (row) => <Outside line text={row.site_name} />,
    },
    { accessor: "id_token", title: t("session.key"), render: (row) => <KeyCell session={row} /> },
    {
      accessor: "duration_s",
      title: t("session.duration"),
      textAlign: "right",
      render: (row) => <RunningTime session={row} />,
    },
    {
      accessor: "energy_wh",
      title: t("session.energy"),
      textAlign: "right",
      sortable,
      render: (row) => <Energy wh={row.energy_wh} exact />,
    },
    {
      accessor: "power_w",
      title: t("session.power"),
      textAlign: "right",
      render: (row) => <Power w={row.power_w} />,
    },
    {
      accessor: "cost",
      name: t("session.cost"),
      title: (
        <Tooltip label={t("session.costHelp")}>
          <span>{t("session.cost")}</span>
        </Tooltip>
      ),
      textAlign: "right",
      hidden: plain,
      render: (row) => <Money cost={row.cost} />,
    },
    {
      accessor: "status",
      title: t("session.statusColumn"),
      render: (row) => <SessionStatus session={row} />,
    },
    {
      accessor: "ended_at",
      title: t("session.ended"),
      optional: true,
      hidden: plain,
      sortable,
      render: (row) => <Timestamp at={row.ended_at} zone={row.site_time_zone} />,
    },
    {
      accessor: "kind",
      title: t("session.kind"),
      optional: true,
      hidden: plain,
      render: (row) => t(`session.kinds.${row.kind}`),
    },
    {
      accessor: "payment",
      title: t("session.payment"),
      optional: true,
      hidden: plain,
      render: (row) => t(`session.payments.${row.payment}`),
    },
    {
      accessor: "soc_percent",
      title: t("session.battery"),
      optional: true,
      hidden: plain,
      textAlign: "right",
      render: (row) => <Percent value={row.soc_percent} />,
    },
    {
      accessor: "stop_reason",
      title: t("session.stopReason"),
      optional: true,
      hidden: plain,
      render: (row) => <Outside line text={row.stop_reason} />,
    },
    {
      accessor: "transaction_ref",
      title: t("session.reference"),
      optional: true,
      hidden: plain,
      render: (row) => <Outside line mono text={row.transaction_ref} />,
    },
    {
      accessor: "menu",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      name: t("table.actions"),
      fixed: true,
      textAlign: "right",
      width: 48,
      render: (row) => <SessionMenu session={row} />,
    },
  ];
}

/** Of the list on its own page, whose columns may be chosen. */
export const SESSION_PAGE = "sessions";

export function SessionTable(props: SessionTableProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const proposed = useSessionColumns(props).filter((column) => !column.optional);
  const columns = props.columns ?? proposed;
  return (
    <DataTable<Session>
      list={props.list}
      columns={columns}
      label={t("session.list")}
      minWidth={props.plain ? 760 : 880}
      plain={props.plain}
      sort={props.sort}
      onSort={props.onSort}
      onOpen={(row) => void navigate({ to: "/sessions/$id", params: { id: row.id } })}
      empty={
        props.empty ?? <EmptyState icon={IconBolt} title={t("session.none")} text={t("session.noneText")} />
      }
    />
  );
}
