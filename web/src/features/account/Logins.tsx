// Where the person is signed in, each with its end.
import { Button, Group } from "@mantine/core";
import { IconDevices } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { OwnLogin } from "@/api/types";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Panel } from "@/ui/Panel";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp } from "@/ui/Values";
import { browserName } from "./browserName";
import { useAccountWrites, useOwnLogins } from "./queries";

export function Logins() {
  const { t } = useTranslation();
  const list = useOwnLogins();
  const problemText = useProblemText();
  const { endLogin } = useAccountWrites();
  const end = (row: OwnLogin) =>
    endLogin(row.id).then(
      () => notifyDone(t("me.loginEnded")),
      (error) => notifyFailed(problemText(error)),
    );
  const columns: Column<OwnLogin>[] = [
    {
      accessor: "user_agent",
      title: t("me.browser"),
      render: (row) => (
        <Group gap={6} wrap="nowrap">
          <span title={row.user_agent}>{browserName(row.user_agent) ?? t("me.unknownBrowser")}</span>
          {row.current && <ToneBadge tone="green">{t("me.thisOne")}</ToneBadge>}
        </Group>
      ),
    },
    {
      accessor: "address",
      title: t("me.address"),
      render: (row) => <Outside text={row.address} mono />,
    },
    {
      accessor: "created_at",
      title: t("me.signedIn"),
      render: (row) => <Timestamp at={row.created_at} />,
    },
    {
      accessor: "last_seen_at",
      title: t("operators.lastSeen"),
      render: (row) => <Timestamp at={row.last_seen_at} />,
    },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) =>
        row.current ? null : (
          <Button size="compact-sm" variant="default" onClick={() => void end(row)}>
            {t("me.endLogin")}
          </Button>
        ),
    },
  ];
  return (
    <Panel title={t("me.logins")}>
      <DataTable<OwnLogin>
        list={list}
        columns={columns}
        label={t("me.logins")}
        plain
        minWidth={620}
        empty={<EmptyState icon={IconDevices} title={t("me.noLogins")} />}
      />
    </Panel>
  );
}
