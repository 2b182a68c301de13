// What was sent to a charger, by whom, and what it answered.
import { Button, Group } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Command } from "@/api/types";
import { pretty } from "@/lib/json";
import { OutcomeBadge } from "@/ui/CommandAnswer";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Json } from "@/ui/Json";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { RowOpener } from "@/ui/RowOpener";
import { Latency, Outside, Timestamp } from "@/ui/Values";
import { useCommands, useSend } from "./queries";

function TakeBack({ id, command }: { id: string; command: Command }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { takeBack } = useSend(id);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      await takeBack(command.id);
    } catch (error) {
      notifyFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Group gap={6} wrap="nowrap">
      <span className="quiet">
        {t("command.until")} <Timestamp at={command.queue_until} />
      </span>
      <Button
        size="compact-sm"
        variant="default"
        loading={busy}
        onClick={(event) => {
          // The row opens on a click; this one is not meant for it.
          event.stopPropagation();
          void send();
        }}
      >
        {t("command.takeBack")}
      </Button>
    </Group>
  );
}

export function CommandTab({ id }: { id: string }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const list = useCommands(id);
  const columns: Column<Command>[] = [
    { accessor: "at", title: t("command.at"), render: (row) => <Timestamp at={row.at} seconds /> },
    {
      accessor: "command",
      title: t("command.what"),
      render: (row) => (
        <RowOpener>
          {t(`command.${row.command}.name`, { defaultValue: row.command.replaceAll("_", " ") })}
        </RowOpener>
      ),
    },
    {
      accessor: "outcome",
      title: t("command.how"),
      render: (row) => <OutcomeBadge command={row} />,
    },
    { accessor: "status", title: t("command.word"), render: (row) => <Outside text={row.status} mono /> },
    {
      accessor: "detail",
      title: t("command.detail"),
      render: (row) =>
        row.state === "queued" && may ? <TakeBack id={id} command={row} /> : <Outside text={row.detail} />,
    },
    {
      accessor: "took_ms",
      title: t("command.took"),
      textAlign: "right",
      render: (row) => <Latency ms={row.took_ms} />,
    },
    { accessor: "by", title: t("command.by"), render: (row) => <Outside text={row.by} /> },
  ];
  return (
    <DataTable<Command>
      list={list}
      columns={columns}
      label={t("command.list")}
      minWidth={820}
      expansion={{
        content: ({ record }) => (
          <div style={{ padding: 12 }}>
            <Json text={pretty(record.answer) || t("command.noAnswer")} copyLabel={t("command.copyAnswer")} />
          </div>
        ),
      }}
      empty={<EmptyState icon={IconSend} title={t("command.none")} text={t("command.noneText")} />}
    />
  );
}
