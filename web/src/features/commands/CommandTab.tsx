// What was sent to a charger, by whom, and what it answered.
import { IconSend } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Command } from "@/api/types";
import { pretty } from "@/lib/json";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Json } from "@/ui/Json";
import { RowOpener } from "@/ui/RowOpener";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Latency, Outside, Timestamp } from "@/ui/Values";
import { useCommands } from "./queries";

const TONES: Record<string, Tone> = { accepted: "green", refused: "amber", error: "red" };

export function CommandTab({ id }: { id: string }) {
  const { t } = useTranslation();
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
      render: (row) => {
        const word = row.outcome ?? row.state;
        return (
          <ToneBadge tone={TONES[word] ?? "grey"}>
            {t(`command.outcome.${word}`, { defaultValue: word })}
          </ToneBadge>
        );
      },
    },
    { accessor: "status", title: t("command.word"), render: (row) => <Outside text={row.status} mono /> },
    { accessor: "detail", title: t("command.detail"), render: (row) => <Outside text={row.detail} /> },
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
