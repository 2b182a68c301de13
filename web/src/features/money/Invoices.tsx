// Invoices and credit notes, and issuing them for all who have open charges.
import { Button, Checkbox, Group, Stack, Table, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconFileInvoice, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Invoice, OpenCharges } from "@/api/types";
import { dayIn } from "@/lib/days";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Money, Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { useZone } from "@/ui/zone";
import { openChargesOptions, useInvoices, useMoneyWrites } from "./queries";

const TONES: Record<Invoice["state"], Tone> = {
  open: "amber",
  paid: "green",
  taken_back: "grey",
  credit_note: "blue",
};

export function InvoiceState({ state }: { state: Invoice["state"] }) {
  const { t } = useTranslation();
  return <ToneBadge tone={TONES[state]}>{t(`invoice.state.${state}`)}</ToneBadge>;
}

const keyOf = (each: OpenCharges) => `${each.driver_id} ${each.team_id} ${each.total.currency}`;

/** The last day of the month before: what is usually invoiced. */
function lastMonth(zone: string): string {
  const today = new Date().toLocaleDateString("sv", { timeZone: zone });
  const end = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1, 0));
  return end.toISOString().slice(0, 10);
}

function Payers({
  until,
  off,
  setOff,
}: {
  until: string;
  off: Set<string>;
  setOff: (off: Set<string>) => void;
}) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(openChargesOptions(until));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (data.items.length === 0) return <Text c="dimmed">{t("invoice.nothingOpen")}</Text>;
  const toggle = (key: string) => {
    const next = new Set(off);
    if (!next.delete(key)) next.add(key);
    setOff(next);
  };
  return (
    <Table aria-label={t("invoice.payers")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("invoice.buyer")}</Table.Th>
          <Table.Th ta="right">{t("invoice.charges")}</Table.Th>
          <Table.Th ta="right">{t("money.total")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {data.items.map((each) => (
          <Table.Tr key={keyOf(each)}>
            <Table.Td>
              <Checkbox
                label={<Outside text={each.name} />}
                checked={!off.has(keyOf(each))}
                onChange={() => toggle(keyOf(each))}
              />
            </Table.Td>
            <Table.Td ta="right">{each.charges}</Table.Td>
            <Table.Td ta="right">
              <Money cost={each.total} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Issue({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const zone = useZone();
  const { issueInvoices } = useMoneyWrites();
  const [off, setOff] = useState(new Set<string>());
  const form = useForm({
    initialValues: { until: lastMonth(zone) },
    validate: { until: (value) => (dayIn(value) ? null : t("form.required")) },
  });
  const until = dayIn(form.values.until);
  const { data } = useQuery({ ...openChargesOptions(until ?? ""), enabled: until !== undefined });
  const chosen = (data?.items ?? []).filter((each) => !off.has(keyOf(each)));
  return (
    <FormDialog
      title={t("invoice.issue")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("invoice.issueCount", { count: chosen.length })}
      onSubmit={async (values) => {
        await issueInvoices({
          until: values.until,
          payers: chosen.map((each) => ({
            driver_id: each.driver_id,
            team_id: each.team_id,
            currency: each.total.currency,
          })),
        });
      }}
    >
      <Text>{t("invoice.issueText")}</Text>
      <TextInput
        type="date"
        label={t("invoice.until")}
        description={t("invoice.untilHelp", { zone })}
        required
        {...form.getInputProps("until")}
      />
      {until && <Payers until={until} off={off} setOff={setOff} />}
    </FormDialog>
  );
}

export function Invoices() {
  const { t } = useTranslation();
  const mayIssue = useMay("billing");
  const [issuing, setIssuing] = useState(false);
  const list = useInvoices();
  const columns: Column<Invoice>[] = [
    {
      accessor: "number",
      title: t("invoice.number"),
      width: 110,
      render: (row) => (
        <RouteLink to="/invoices/$id" params={{ id: row.id }} fw={600}>
          {row.number}
        </RouteLink>
      ),
    },
    {
      accessor: "state",
      title: t("money.state"),
      render: (row) => <InvoiceState state={row.state} />,
    },
    { accessor: "buyer", title: t("invoice.buyer"), render: (row) => <Outside line text={row.buyer} /> },
    { accessor: "issued_at", title: t("invoice.issued"), render: (row) => <Timestamp at={row.issued_at} /> },
    {
      accessor: "without_vat",
      title: t("invoice.net"),
      textAlign: "right",
      render: (row) => <Money cost={row.without_vat} />,
    },
    {
      accessor: "with_vat",
      title: t("invoice.gross"),
      textAlign: "right",
      render: (row) => <Money cost={row.with_vat} />,
    },
  ];
  return (
    <Stack gap="sm">
      {mayIssue && (
        <Group justify="flex-end">
          <Button leftSection={<IconPlus size={16} />} onClick={() => setIssuing(true)}>
            {t("invoice.issue")}
          </Button>
        </Group>
      )}
      <DataTable<Invoice>
        list={list}
        columns={columns}
        label={t("invoice.title")}
        empty={<EmptyState icon={IconFileInvoice} title={t("invoice.none")} text={t("invoice.noneText")} />}
      />
      {issuing && <Issue onClose={() => setIssuing(false)} />}
    </Stack>
  );
}
