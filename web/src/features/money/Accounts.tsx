// What each kind of account holds, with what that means.
import { Stack, Table, Text } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Money } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { balancesOptions } from "./queries";

export function Accounts() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(balancesOptions);
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (data.items.length === 0) {
    return <EmptyState icon={IconScale} title={t("money.none")} text={t("money.noneText")} />;
  }
  const many = new Set(data.items.map((each) => each.balance.currency)).size > 1;
  return (
    <Panel title={t("money.accounts")}>
      <Stack gap="sm">
        <Text c="dimmed">{t("money.accountsText")}</Text>
        <Table aria-label={t("money.accounts")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("money.accountColumn")}</Table.Th>
              <Table.Th ta="right">{t("money.balance")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((each, n) => (
              <Fragment key={`${each.account} ${each.balance.currency}`}>
                {many && each.balance.currency !== data.items[n - 1]?.balance.currency && (
                  <Table.Tr>
                    <Table.Th colSpan={2}>{each.balance.currency}</Table.Th>
                  </Table.Tr>
                )}
                <Table.Tr>
                  <Table.Td>
                    <RouteLink to="/revenue" search={{ account: each.account } as never}>
                      {t(`money.account.${each.account}`)}
                    </RouteLink>
                    <Text size="sm" c="dimmed">
                      {t(`money.accountMeans.${each.account}`)}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="right">
                    <Money cost={each.balance} />
                  </Table.Td>
                </Table.Tr>
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Panel>
  );
}
