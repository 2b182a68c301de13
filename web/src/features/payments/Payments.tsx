// Payments by card, newest first, with filters in the URL; a row opens to what became of it.
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconCreditCard } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Payment } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { RouteButton, RouteLink } from "@/ui/Links";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { type ListColumn, useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { Absent, Money, Outside, Timestamp } from "@/ui/Values";
import { PaymentDrawer } from "./PaymentDrawer";
import { PaymentStory } from "./PaymentState";
import { usePayments } from "./queries";

const STATES = ["asked", "processing", "held", "paid", "failed", "cancelled"] as const;
const KINDS = ["collection", "hold", "top_up"] as const;

function usePaymentColumns(onOpen: (payment: Payment) => void, ofDriver: boolean): ListColumn<Payment>[] {
  const { t } = useTranslation();
  const all: ListColumn<Payment>[] = [
    {
      accessor: "made_at",
      title: t("payment.at"),
      fixed: true,
      render: (row) => <Timestamp at={row.made_at} />,
    },
    {
      accessor: "kind",
      title: t("payment.what"),
      fixed: true,
      render: (row) => (
        <Button variant="transparent" size="compact-sm" px={0} onClick={() => onOpen(row)}>
          {t(`payment.kind.${row.kind}`)}
        </Button>
      ),
    },
    { accessor: "state", title: t("payment.stateColumn"), render: (row) => <PaymentStory payment={row} /> },
    {
      accessor: "driver",
      title: t("payment.driver"),
      render: (row) => (
        <RouteLink to="/drivers/$id" params={{ id: row.driver_id }}>
          <Outside line text={row.driver_name} />
        </RouteLink>
      ),
    },
    {
      accessor: "session",
      title: t("payment.session"),
      render: (row) =>
        row.session_id ? (
          <RouteLink to="/sessions/$id" params={{ id: row.session_id }}>
            {t("payment.toSession")}
          </RouteLink>
        ) : (
          <Absent />
        ),
    },
    {
      accessor: "card",
      title: t("payment.card"),
      render: (row) => (row.card ? <Outside line text={row.card} /> : <Absent />),
    },
    {
      accessor: "total",
      title: t("payment.amount"),
      textAlign: "right",
      fixed: true,
      render: (row) => (
        <div>
          <Money cost={row.state === "paid" ? row.taken : row.total} />
          {row.state === "paid" && row.taken.amount !== row.total.amount && (
            <Text size="sm" c="dimmed">
              {t("payment.of")} <Money cost={row.total} />
            </Text>
          )}
          {Number(row.given_back.amount) > 0 && (
            <Text size="sm" c="dimmed">
              {t("payment.back")} <Money cost={row.given_back} />
            </Text>
          )}
        </div>
      ),
    },
    {
      accessor: "fee",
      title: t("payment.fee"),
      textAlign: "right",
      optional: true,
      render: (row) => <Money cost={row.fee} />,
    },
    {
      accessor: "reference",
      title: t("payment.reference"),
      optional: true,
      render: (row) => (row.reference ? <Outside line mono text={row.reference} /> : <Absent />),
    },
  ];
  return all.filter((column) => !ofDriver || column.accessor !== "driver");
}

/** Of one driver where `driver` is given. */
export function Payments({ driver }: { driver?: string }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const mayExport = useMay("export");
  const maySetUp = useMay("billing");
  const filter = { q: url.q, kind: url.kind, state: url.state, driver_id: driver };
  const list = usePayments(filter);
  const columns = useColumns(
    "payments",
    usePaymentColumns((payment) => set({ payment: payment.id }), driver !== undefined),
  );
  const chips = [
    url.kind && { name: "kind", label: t(`payment.kind.${url.kind}`, { defaultValue: url.kind }) },
    url.state && { name: "state", label: t(`payment.state.${url.state}`, { defaultValue: url.state }) },
  ].filter((each): each is Chip => Boolean(each));
  const filtered = chips.length > 0 || Boolean(url.q);
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <SearchBox label={t("payment.search")} />
          <FilterSelect
            name="state"
            label={t("payment.stateColumn")}
            choices={STATES.map((value) => ({ value, label: t(`payment.state.${value}`) }))}
          />
          <FilterSelect
            name="kind"
            label={t("payment.what")}
            choices={KINDS.map((value) => ({ value, label: t(`payment.kind.${value}`) }))}
          />
        </Group>
        <Group gap="xs">
          <ColumnChooser columns={columns} />
          {mayExport && <ExportMenu route="/payments/export" query={filter} />}
        </Group>
      </Group>
      <FilterChips chips={chips} />
      <DataTable<Payment>
        list={list}
        columns={columns.columns}
        label={t("payment.title")}
        empty={
          <EmptyState
            icon={IconCreditCard}
            title={t(filtered ? "money.noneMatch" : "payment.none")}
            text={t(filtered ? "money.noneMatchText" : "payment.noneText")}
            action={
              !filtered && maySetUp && driver === undefined ? (
                <RouteButton to="/organisation" search={{ tab: "payments" }}>
                  {t("payment.toSettings")}
                </RouteButton>
              ) : undefined
            }
          />
        }
      />
      <PaymentDrawer id={url.payment} onClose={() => set({ payment: undefined })} />
    </Stack>
  );
}
