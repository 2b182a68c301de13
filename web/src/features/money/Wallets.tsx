// Drivers' wallets: who has how much left, who owes.
import { Group, Stack, Switch, Text } from "@mantine/core";
import { IconWallet } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Wallet } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { SearchBox } from "@/ui/Filters";
import { RouteLink } from "@/ui/Links";
import { Money, Outside, Timestamp } from "@/ui/Values";
import { useWallets } from "./queries";

export function Wallets() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const owing = url.owing === "1";
  const list = useWallets({ q: url.q, owing: owing || undefined });
  const columns: Column<Wallet>[] = [
    {
      accessor: "name",
      title: t("money.driver"),
      render: (row) => (
        <div>
          <RouteLink to="/drivers/$id" params={{ id: row.driver_id }} search={{ tab: "wallet" } as never}>
            <Outside line text={row.name} />
          </RouteLink>
          <Text size="sm" c="dimmed">
            <Outside line text={row.email} />
          </Text>
        </div>
      ),
    },
    {
      accessor: "balance",
      title: t("money.balance"),
      textAlign: "right",
      render: (row) => (
        <Text component="span" c={row.balance.amount.startsWith("-") ? "red" : undefined} fw={600}>
          <Money cost={row.balance} />
        </Text>
      ),
    },
    {
      accessor: "last_top_up_at",
      title: t("money.lastTopUp"),
      render: (row) => <Timestamp at={row.last_top_up_at} />,
    },
    {
      accessor: "used",
      title: t("money.used"),
      textAlign: "right",
      render: (row) => <Money cost={row.used} />,
    },
  ];
  return (
    <Stack gap="sm">
      <Group gap="md">
        <SearchBox label={t("money.searchWallets")} />
        <Switch
          label={t("money.onlyOwing")}
          checked={owing}
          onChange={(event) => set({ owing: event.currentTarget.checked ? "1" : undefined })}
        />
      </Group>
      <DataTable<Wallet>
        list={list}
        columns={columns}
        label={t("money.wallets")}
        minWidth={560}
        rowKey={(row) => `${row.driver_id} ${row.balance.currency}`}
        empty={
          <EmptyState
            icon={IconWallet}
            title={t(owing || url.q ? "money.noneMatch" : "money.noWallets")}
            text={t(owing || url.q ? "money.noneMatchText" : "money.noWalletsText")}
          />
        }
      />
    </Stack>
  );
}
