// The statement of a month: income, VAT by rate, and each account from its opening to its closing balance. Every figure
// leads to the transactions it sums.
import { Group, NativeSelect, Stack, Table, Text } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { RevenueStatement, StatementInCurrency } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { Panel } from "@/ui/Panel";
import { Money, useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { statementMonthsOptions, statementOptions } from "./queries";

interface OfMonth {
  of: StatementInCurrency;
  /** What narrows the transactions to this month. */
  days: { from: string; to: string };
}

function Income({ of, days }: OfMonth) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table aria-label={t("statement.incomeIn", { currency: of.currency })}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("money.kindColumn")}</Table.Th>
            <Table.Th ta="right">{t("statement.number")}</Table.Th>
            <Table.Th ta="right">{t("invoice.net")}</Table.Th>
            <Table.Th ta="right">{t("statement.vat")}</Table.Th>
            <Table.Th ta="right">{t("invoice.gross")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {of.income.map((line) => (
            <Table.Tr key={line.kind}>
              <Table.Td>
                <RouteLink to="/revenue" search={{ kind: line.kind, ...days } as never}>
                  {t(`money.kind.${line.kind}`, { defaultValue: line.kind })}
                </RouteLink>
              </Table.Td>
              <Table.Td ta="right">{line.entries}</Table.Td>
              <Table.Td ta="right">
                <Money cost={line.without_vat} />
              </Table.Td>
              <Table.Td ta="right">
                <Money cost={line.vat} />
              </Table.Td>
              <Table.Td ta="right">
                <Money cost={line.with_vat} />
              </Table.Td>
            </Table.Tr>
          ))}
          {of.income.length === 0 && (
            <Table.Tr>
              <Table.Td colSpan={5}>
                <Text c="dimmed">{t("statement.noIncome")}</Text>
              </Table.Td>
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Vat({ of }: { of: StatementInCurrency }) {
  const { t } = useTranslation();
  return (
    <Table aria-label={t("statement.vatIn", { currency: of.currency })}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("statement.rate")}</Table.Th>
          <Table.Th ta="right">{t("invoice.net")}</Table.Th>
          <Table.Th ta="right">{t("statement.vat")}</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {t("invoice.gross")}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {of.vat.map((line) => (
          <Table.Tr key={`${line.rate} ${line.is_unknown}`}>
            <Table.Td>
              {line.rate
                ? `${line.rate} %`
                : t(line.is_unknown ? "statement.noRate" : "statement.withoutVat")}
            </Table.Td>
            <Table.Td ta="right">
              <Money cost={line.without_vat} />
            </Table.Td>
            <Table.Td ta="right">
              <Money cost={line.vat} />
            </Table.Td>
            <Table.Td ta="right" visibleFrom="sm">
              <Money cost={line.with_vat} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Accounts({ of, days }: OfMonth) {
  const { t } = useTranslation();
  return (
    <Table aria-label={t("statement.accountsIn", { currency: of.currency })}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("money.accountColumn")}</Table.Th>
          <Table.Th ta="right">{t("money.total")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {of.accounts.map((each) => {
          const name = t(`money.account.${each.account}`, { defaultValue: each.account });
          return (
            <Fragment key={each.account}>
              <Table.Tr>
                <Table.Td>{t("statement.opening", { account: name })}</Table.Td>
                <Table.Td ta="right">
                  <Money cost={each.opening} />
                </Table.Td>
              </Table.Tr>
              {each.moved.map((line) => (
                <Table.Tr key={line.kind}>
                  <Table.Td pl="xl">
                    <RouteLink
                      to="/revenue"
                      search={{ kind: line.kind, account: each.account, ...days } as never}
                      aria-label={t("statement.movedBy", {
                        account: name,
                        kind: t(`money.kind.${line.kind}`, { defaultValue: line.kind }),
                      })}
                    >
                      {t(`money.kind.${line.kind}`, { defaultValue: line.kind })}
                    </RouteLink>
                  </Table.Td>
                  <Table.Td ta="right">
                    <Money cost={line.total} />
                  </Table.Td>
                </Table.Tr>
              ))}
              <Table.Tr>
                <Table.Th scope="row">{t("statement.closing", { account: name })}</Table.Th>
                <Table.Th ta="right">
                  <Money cost={each.closing} />
                </Table.Th>
              </Table.Tr>
            </Fragment>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

function Sheet({ statement }: { statement: RevenueStatement }) {
  const { t } = useTranslation();
  const days = { from: statement.first_day, to: statement.last_day };
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t(statement.is_running ? "statement.soFar" : "statement.covers", {
          ...days,
          zone: statement.time_zone,
        })}
      </Text>
      {statement.currencies.length === 0 && <Text c="dimmed">{t("statement.nothing")}</Text>}
      {statement.currencies.map((of) => (
        <Fragment key={of.currency}>
          <Panel title={t("statement.incomeIn", { currency: of.currency })}>
            <Income of={of} days={days} />
          </Panel>
          {of.vat.length > 0 && (
            <Panel title={t("statement.vatIn", { currency: of.currency })}>
              <Vat of={of} />
            </Panel>
          )}
          <Panel title={t("statement.accountsIn", { currency: of.currency })}>
            <Accounts of={of} days={days} />
          </Panel>
        </Fragment>
      ))}
    </Stack>
  );
}

export function Statements() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const locale = useLocale();
  const mayExport = useMay("export");
  const months = useQuery(statementMonthsOptions);
  const chosen = months.data?.items.find((each) => each.month === url.month) ?? months.data?.items[0];
  const { data, error, refetch } = useQuery({
    ...statementOptions(chosen?.month ?? ""),
    enabled: chosen !== undefined,
  });
  if (months.error && !months.data) {
    return <Failure error={months.error} retry={() => void months.refetch()} />;
  }
  if (!months.data) return <Waiting />;
  if (!chosen) {
    return <EmptyState icon={IconFileText} title={t("money.none")} text={t("money.noneText")} />;
  }
  const name = (first: string) =>
    new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", timeZone: "UTC" }).format(
      new Date(`${first}T00:00:00Z`),
    );
  return (
    <Stack gap="md">
      <Group gap="xs" justify="space-between" align="flex-end">
        <NativeSelect
          label={t("statement.month")}
          value={chosen.month}
          data={months.data.items.map((each) => ({ value: each.month, label: name(each.first_day) }))}
          onChange={(event) => set({ month: event.currentTarget.value })}
        />
        {mayExport && <ExportMenu route={`/statements/${chosen.month}/export`} />}
      </Group>
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : data ? (
        <Sheet statement={data} />
      ) : (
        <Waiting />
      )}
    </Stack>
  );
}
