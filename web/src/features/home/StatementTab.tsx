// What is paid back to owners of home chargers, month by month: each session by the price of its time, and the sum.
import { ActionIcon, Badge, Group, Select, Stack, Table, Text } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconHome } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { HomeStatement, HomeStatementSession } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { Panel } from "@/ui/Panel";
import { RowOpener } from "@/ui/RowOpener";
import { Absent, Energy, Money, Outside, Timestamp, useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { useZone } from "@/ui/zone";
import { statementOptions, statementOwnersOptions } from "./queries";

/** `2026-11`, some months on. */
function monthOn(month: string, by: number): string {
  const date = new Date(`${month}-15T12:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + by);
  return date.toISOString().slice(0, 7);
}

function MonthChoice({ month, onChange }: { month: string; onChange: (month: string) => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const name = new Date(`${month}-15T12:00:00Z`).toLocaleDateString(locale, {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return (
    <Group gap={4} role="group" aria-label={t("home.month")}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t("home.monthBefore")}
        onClick={() => onChange(monthOn(month, -1))}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <Text miw={130} ta="center" fw={600} aria-live="polite">
        {name}
      </Text>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t("home.monthAfter")}
        onClick={() => onChange(monthOn(month, 1))}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
    </Group>
  );
}

function Parts({ session, zone }: { session: HomeStatementSession; zone: string }) {
  const { t } = useTranslation();
  const currency = session.currency ?? "EUR";
  const price = (amount: string | null) =>
    amount === null ? <Absent /> : <Money cost={{ amount, currency }} />;
  return (
    <Table withRowBorders={false} verticalSpacing={2} fz="sm" px="md" aria-label={t("home.parts")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("home.from")}</Table.Th>
          <Table.Th ta="right">{t("home.energy")}</Table.Th>
          <Table.Th ta="right">{t("home.market")}</Table.Th>
          <Table.Th ta="right">{t("home.total")}</Table.Th>
          <Table.Th ta="right">{t("home.amount")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {session.parts.map((part) => (
          <Table.Tr key={part.from}>
            <Table.Td>
              <Timestamp at={part.from} zone={zone} />
            </Table.Td>
            <Table.Td ta="right">
              <Energy wh={part.energy_wh} exact />
            </Table.Td>
            <Table.Td ta="right">{price(part.spot)}</Table.Td>
            <Table.Td ta="right">{price(part.per_kwh)}</Table.Td>
            <Table.Td ta="right">{part.per_kwh === null ? <Absent /> : price(part.amount)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Sum({ statement }: { statement: HomeStatement }) {
  const { t } = useTranslation();
  return (
    <Group gap="lg">
      <div>
        <Text size="sm" c="dimmed">
          {t("home.sum")}
        </Text>
        <Text fz="xl" fw={600} component="div">
          {statement.sums.length === 0 ? (
            <Absent />
          ) : (
            statement.sums.map((sum) => (
              <div key={sum.currency}>
                <Money cost={sum} />
              </div>
            ))
          )}
        </Text>
      </div>
      <div>
        <Text size="sm" c="dimmed">
          {t("home.energy")}
        </Text>
        <Text fz="xl" fw={600} component="div">
          <Energy wh={statement.energy_wh} exact />
        </Text>
      </div>
    </Group>
  );
}

function Statement({ driver, month }: { driver: string; month: string }) {
  const { t } = useTranslation();
  const mayExport = useMay("export");
  const { data, error, refetch } = useQuery(statementOptions(driver, month));
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <Panel
      title={t("home.statementOf", { name: data.driver_name })}
      aside={mayExport && <ExportMenu route={`/home-statements/${driver}/export`} query={{ month }} />}
    >
      <Stack gap="md">
        <Sum statement={data} />
        <DataTable<HomeStatementSession>
          plain
          list={{ items: data.sessions, loading: false, error: null }}
          label={t("home.sessions")}
          minWidth={760}
          expansion={{
            allowMultiple: true,
            expandable: ({ record }) => record.parts.length > 0,
            content: ({ record }) => <Parts session={record} zone={data.time_zone} />,
          }}
          columns={[
            {
              accessor: "started_at",
              title: t("home.started"),
              render: (row) => (
                <RowOpener>
                  <Timestamp at={row.started_at} zone={data.time_zone} />
                </RowOpener>
              ),
            },
            {
              accessor: "identity",
              title: t("home.chargeBox"),
              render: (row) => <Outside line mono text={row.identity} />,
            },
            {
              accessor: "energy_wh",
              title: t("home.energy"),
              textAlign: "right",
              render: (row) => <Energy wh={row.energy_wh} exact />,
            },
            {
              accessor: "price_profile",
              title: t("home.profile"),
              render: (row) => <Outside line text={row.price_profile} />,
            },
            {
              accessor: "amount",
              title: t("home.amount"),
              textAlign: "right",
              render: (row) =>
                row.amount && row.currency ? (
                  <Money cost={{ amount: row.amount, currency: row.currency }} />
                ) : (
                  <Absent />
                ),
            },
            {
              accessor: "not_counted",
              title: t("home.note"),
              render: (row) => (
                <Group gap={4}>
                  {row.not_counted && (
                    <Badge variant="light" color="orange">
                      {t(`home.notCounted.${row.not_counted}`)}
                    </Badge>
                  )}
                  {row.unpriced_wh > 0 && (
                    <Badge variant="light" color="gray">
                      {t("home.unpriced")} <Energy wh={row.unpriced_wh} exact />
                    </Badge>
                  )}
                </Group>
              ),
            },
          ]}
          empty={<EmptyState icon={IconHome} title={t("home.noSessions")} />}
        />
      </Stack>
    </Panel>
  );
}

export function StatementTab() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const zone = useZone();
  const month = url.month ?? new Date().toLocaleDateString("sv-SE", { timeZone: zone }).slice(0, 7);
  const { data: owners, error, refetch } = useQuery(statementOwnersOptions(month));
  const owner = owners?.find((each) => each.driver_id === url.owner) ?? owners?.[0];
  if (error && !owners) return <Failure error={error} retry={() => void refetch()} />;
  if (!owners) return <Waiting />;
  return (
    <Stack gap="md">
      <Group gap="md">
        <MonthChoice month={month} onChange={(next) => set({ month: next })} />
        {owner && (
          <Select
            aria-label={t("home.owner")}
            searchable
            allowDeselect={false}
            data={owners.map((each) => ({ value: each.driver_id, label: each.name }))}
            value={owner.driver_id}
            onChange={(value) => set({ owner: value ?? undefined })}
          />
        )}
      </Group>
      {owner ? (
        <Statement key={`${owner.driver_id} ${month}`} driver={owner.driver_id} month={month} />
      ) : (
        <Panel>
          <EmptyState icon={IconHome} title={t("home.noStatement")} text={t("home.noStatementText")} />
        </Panel>
      )}
    </Stack>
  );
}
