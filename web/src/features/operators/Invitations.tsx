// People who were invited and have not come yet.
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconMailForward, IconMailOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invitation } from "@/api/types";
import { useNow } from "@/lib/useNow";
import { ConfirmAction } from "@/ui/ConfirmAction";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Panel } from "@/ui/Panel";
import { notifyDone, notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp } from "@/ui/Values";
import { useInvitations, useOperatorWrites } from "./queries";

function Expiry({ row }: { row: Invitation }) {
  const { t } = useTranslation();
  const now = useNow(60_000);
  if (new Date(row.expires_at) < now) return <ToneBadge tone="amber">{t("operators.expired")}</ToneBadge>;
  return <Timestamp at={row.expires_at} />;
}

export function Invitations() {
  const { t, i18n } = useTranslation();
  const list = useInvitations();
  const problemText = useProblemText();
  const { resend, withdraw } = useOperatorWrites();
  const [withdrawing, setWithdrawing] = useState<Invitation | null>(null);
  const again = (row: Invitation) =>
    resend(row.id, i18n.language).then(
      () => notifyDone(t("operators.resent", { email: row.email })),
      (error) => notifyFailed(problemText(error)),
    );
  const columns: Column<Invitation>[] = [
    { accessor: "email", title: t("operators.email"), render: (row) => <Outside text={row.email} /> },
    { accessor: "role", title: t("operators.role"), render: (row) => t(`role.${row.role}`) },
    {
      accessor: "invited_by",
      title: t("operators.invitedBy"),
      render: (row) => <Outside text={row.invited_by} />,
    },
    { accessor: "expires_at", title: t("operators.linkWorks"), render: (row) => <Expiry row={row} /> },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) => (
        <Group gap={6} justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => void again(row)}
            aria-label={t("operators.resendTo", { email: row.email })}
          >
            {t("operators.resend")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setWithdrawing(row)}
            aria-label={t("operators.withdrawOf", { email: row.email })}
          >
            {t("operators.withdraw")}
          </Button>
        </Group>
      ),
    },
  ];
  const kept = list.items.some((row) => !row.mail);
  return (
    <Panel title={t("operators.invitations")}>
      {kept && (
        <Alert color="orange" variant="light" icon={<IconMailOff size={18} />} mb="sm">
          {t("operators.noMail")}
        </Alert>
      )}
      <DataTable<Invitation>
        list={list}
        columns={columns}
        label={t("operators.invitations")}
        plain
        empty={<EmptyState icon={IconMailForward} title={t("operators.noInvitations")} />}
      />
      <ConfirmAction
        opened={withdrawing !== null}
        onClose={() => setWithdrawing(null)}
        title={t("operators.withdraw")}
        consequence={<Text>{t("operators.withdrawText", { email: withdrawing?.email })}</Text>}
        confirmLabel={t("operators.withdraw")}
        onConfirm={async () => {
          if (withdrawing) await withdraw(withdrawing.id);
        }}
      />
    </Panel>
  );
}
