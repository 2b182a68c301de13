// What one entry did to which account; the way from an amount to the session it came from.
import { Drawer, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Absent, Money, Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { entryOptions } from "./queries";

function Content({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data: entry, error, refetch } = useQuery(entryOptions(id));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!entry) return <Waiting />;
  return (
    <Stack gap="md">
      <Facts
        rows={[
          [t("money.kindColumn"), t(`money.kind.${entry.kind}`, { defaultValue: entry.kind })],
          [t("money.total"), <Money key="m" cost={entry.total} />],
          [t("money.at"), <Timestamp key="t" at={entry.at} seconds />],
          [t("money.description"), <Outside key="d" text={entry.description} />],
          [
            t("money.session"),
            entry.session_id ? (
              <RouteLink key="s" to="/sessions/$id" params={{ id: entry.session_id }}>
                {t("money.receipt")}
              </RouteLink>
            ) : (
              <Absent key="s" />
            ),
          ],
          [
            t("money.driver"),
            entry.driver_id ? (
              <RouteLink key="p" to="/drivers/$id" params={{ id: entry.driver_id }}>
                <Outside text={entry.driver_name} />
              </RouteLink>
            ) : (
              <Outside key="p" text={entry.team_name} />
            ),
          ],
          [t("money.madeBy"), entry.made_by ?? t("money.itself")],
        ]}
      />
      <Table aria-label={t("money.lines")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("money.accountColumn")}</Table.Th>
            <Table.Th ta="right">{t("money.debit")}</Table.Th>
            <Table.Th ta="right">{t("money.credit")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entry.lines.map((line) => (
            <Table.Tr key={`${line.account} ${line.owner_name ?? ""}`}>
              <Table.Td>
                {t(`money.account.${line.account}`)}
                {line.owner_name && (
                  <Text size="sm" c="dimmed">
                    <Outside text={line.owner_name} />
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right">{line.debit && <Money cost={line.debit} />}</Table.Td>
              <Table.Td ta="right">{line.credit && <Money cost={line.credit} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

export function EntryDetail({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="md"
      title={t("money.entry")}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      {id && <Content id={id} />}
    </Drawer>
  );
}
