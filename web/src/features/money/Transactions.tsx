// Everything that happened to money, newest first; a row opens to the accounts it moved.
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconReportMoney } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { LedgerEntry } from "@/api/types";
import { dayEnd, dayIn, dayStart } from "@/lib/days";
import { useUrlState } from "@/lib/urlState";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, DayFilter, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { type ListColumn, useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { Absent, Money, Outside, Timestamp } from "@/ui/Values";
import { useZone } from "@/ui/zone";
import { EntryDetail } from "./EntryDetail";
import { useLedger } from "./queries";

const KINDS = [
  "session",
  "correction",
  "due",
  "top_up",
  "credit",
  "voucher",
  "refund",
  "received",
  "payout_requested",
  "payout_rejected",
  "payout_paid",
] as const;

function useEntryColumns(onOpen: (entry: LedgerEntry) => void): ListColumn<LedgerEntry>[] {
  const { t } = useTranslation();
  return [
    { accessor: "at", title: t("money.at"), fixed: true, render: (row) => <Timestamp at={row.at} /> },
    {
      accessor: "kind",
      title: t("money.kindColumn"),
      fixed: true,
      render: (row) => (
        <Button variant="transparent" size="compact-sm" px={0} onClick={() => onOpen(row)}>
          {t(`money.kind.${row.kind}`, { defaultValue: row.kind })}
        </Button>
      ),
    },
    {
      accessor: "description",
      title: t("money.description"),
      render: (row) =>
        row.session_id ? (
          <RouteLink to="/sessions/$id" params={{ id: row.session_id }}>
            <Outside line text={row.description} />
          </RouteLink>
        ) : (
          <Outside line text={row.description} />
        ),
    },
    {
      accessor: "who",
      title: t("money.who"),
      render: (row) =>
        row.driver_id ? (
          <RouteLink to="/drivers/$id" params={{ id: row.driver_id }}>
            <Outside line text={row.driver_name} />
          </RouteLink>
        ) : row.team_name ? (
          <Outside line text={row.team_name} />
        ) : (
          <Absent />
        ),
    },
    {
      accessor: "total",
      title: t("money.total"),
      textAlign: "right",
      fixed: true,
      render: (row) => <Money cost={row.total} />,
    },
    {
      accessor: "made_by",
      title: t("money.madeBy"),
      optional: true,
      render: (row) => row.made_by ?? <Text c="dimmed">{t("money.itself")}</Text>,
    },
  ];
}

/** Entries with filters in the URL; of one driver where `driver` is given. */
export function Transactions({ driver }: { driver?: string }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const zone = useZone();
  const mayExport = useMay("export");
  const from = dayIn(url.from);
  const to = dayIn(url.to);
  const filter = {
    q: url.q,
    kind: url.kind,
    account: url.account,
    driver_id: driver,
    from: from && dayStart(from, zone),
    to: to && dayEnd(to, zone),
  };
  const list = useLedger(filter);
  const columns = useColumns(
    "ledger",
    useEntryColumns((entry) => set({ entry: entry.id })),
  );
  const chips = [
    url.kind && { name: "kind", label: t(`money.kind.${url.kind}`, { defaultValue: url.kind }) },
    url.account && {
      name: "account",
      label: t(`money.account.${url.account}`, { defaultValue: url.account }),
    },
    from && { name: "from", label: t("money.fromDay", { day: from, zone }) },
    to && { name: "to", label: t("money.toDay", { day: to, zone }) },
  ].filter((each): each is Chip => Boolean(each));
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <SearchBox label={t("money.search")} />
          <FilterSelect
            name="kind"
            label={t("money.kindColumn")}
            choices={KINDS.map((value) => ({ value, label: t(`money.kind.${value}`) }))}
          />
          <DayFilter name="from" label={t("money.from")} />
          <DayFilter name="to" label={t("money.to")} />
        </Group>
        <Group gap="xs">
          <ColumnChooser columns={columns} />
          {mayExport && <ExportMenu route="/ledger/export" query={filter} />}
        </Group>
      </Group>
      <FilterChips chips={chips} />
      <DataTable<LedgerEntry>
        list={list}
        columns={columns.columns}
        label={t("money.transactions")}
        empty={
          <EmptyState
            icon={IconReportMoney}
            title={t(chips.length > 0 || url.q ? "money.noneMatch" : "money.none")}
            text={t(chips.length > 0 || url.q ? "money.noneMatchText" : "money.noneText")}
          />
        }
      />
      <EntryDetail id={url.entry} onClose={() => set({ entry: undefined })} />
    </Stack>
  );
}
