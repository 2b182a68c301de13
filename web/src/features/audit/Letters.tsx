// Letters of the organisation: what waits, what went out, what could not be delivered and why.
import { Button, Stack, Switch } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Mail } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp } from "@/ui/Values";
import { useMail, useRetryMail } from "./queries";

const TONES = { sent: "green", waiting: "amber", failed: "red" } as const;

export function Letters() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const failed = url.failed === "1";
  const list = useMail(failed);
  const retry = useRetryMail();
  const problemText = useProblemText();
  const columns: Column<Mail>[] = [
    {
      accessor: "created_at",
      title: t("audit.when"),
      render: (row) => <Timestamp at={row.sent_at ?? row.created_at} />,
    },
    { accessor: "recipient", title: t("letter.to"), render: (row) => <Outside text={row.recipient} /> },
    { accessor: "subject", title: t("letter.subject"), render: (row) => <Outside text={row.subject} /> },
    {
      accessor: "state",
      title: t("letter.state"),
      render: (row) => <ToneBadge tone={TONES[row.state]}>{t(`letter.${row.state}`)}</ToneBadge>,
    },
    { accessor: "error", title: t("letter.error"), render: (row) => <Outside text={row.error} /> },
    {
      accessor: "actions",
      title: <span className="visually-hidden">{t("table.actions")}</span>,
      textAlign: "right",
      render: (row) =>
        row.state === "sent" ? null : (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => retry(row.id).catch((error) => notifyFailed(problemText(error)))}
          >
            {t("letter.again")}
          </Button>
        ),
    },
  ];
  return (
    <Stack gap="sm">
      <Switch
        label={t("letter.onlyFailed")}
        checked={failed}
        onChange={(event) => set({ failed: event.currentTarget.checked ? "1" : undefined })}
      />
      <DataTable<Mail>
        list={list}
        columns={columns}
        label={t("letter.title")}
        empty={<EmptyState icon={IconMail} title={t(failed ? "letter.noneFailed" : "letter.none")} />}
      />
    </Stack>
  );
}
