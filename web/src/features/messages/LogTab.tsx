// Everything a charger and this system said to each other, by kind, with the literal frames.
import { Stack, Text, Tooltip } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight, IconList } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { useList } from "@/api/pages";
import type { Message, Station } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { RowOpener } from "@/ui/RowOpener";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Latency, Outside, Timestamp } from "@/ui/Values";
import { Frames } from "./Frames";
import { filterOf } from "./filter";
import { LogFilters } from "./LogFilters";
import { summary } from "./summary";

const TONES: Record<string, Tone> = { error: "red", no_answer: "amber", bad: "red", repeat: "grey" };

function useColumns(): Column<Message>[] {
  const { t } = useTranslation();
  return [
    {
      accessor: "at",
      title: t("message.at"),
      width: 130,
      render: (row) => <Timestamp at={row.at} seconds />,
    },
    {
      accessor: "direction",
      title: <span className="visually-hidden">{t("message.direction")}</span>,
      width: 50,
      render: (row) => {
        const Sign = row.direction === "received" ? IconArrowDownLeft : IconArrowUpRight;
        return <Sign size={16} role="img" aria-label={t(`message.${row.direction}`)} />;
      },
    },
    {
      accessor: "action",
      title: t("message.action"),
      render: (row) => (
        <RowOpener>
          <Outside line text={row.action} mono />
        </RowOpener>
      ),
    },
    {
      accessor: "summary",
      title: t("message.summary"),
      render: (row) => <Outside text={summary(row.request)} />,
    },
    {
      accessor: "outcome",
      title: t("message.outcome"),
      render: (row) =>
        row.outcome === "ok" ? (
          <Text size="sm" c="dimmed" component="span">
            {t("message.outcomes.ok")}
          </Text>
        ) : (
          <ToneBadge tone={TONES[row.outcome] ?? "grey"}>
            {row.error_code ?? t(`message.outcomes.${row.outcome}`)}
          </ToneBadge>
        ),
    },
    {
      accessor: "took_ms",
      title: (
        <Tooltip label={t("message.tookHelp")}>
          <span>{t("message.took")}</span>
        </Tooltip>
      ),
      textAlign: "right",
      width: 90,
      render: (row) => <Latency ms={row.took_ms} />,
    },
  ];
}

export function LogTab({ station }: { station: Station }) {
  const { t } = useTranslation();
  const [url] = useUrlState();
  const columns = useColumns();
  const id = station.id;
  const filter = filterOf(url);
  const nothing = url.kind === "none";
  const filtered = Object.values(filter).some(Boolean);
  const list = useList<Message>([...keys.messages(id), filter], `/stations/${id}/messages`, filter, !nothing);
  return (
    <Stack gap="sm">
      <LogFilters id={id} />
      <DataTable<Message>
        list={nothing ? { items: [], loading: false, error: null } : list}
        columns={columns}
        label={t("message.list")}
        minWidth={760}
        expansion={{
          allowMultiple: true,
          content: ({ record }) => <Frames message={record} station={station} />,
        }}
        empty={
          <EmptyState
            icon={IconList}
            title={t("message.none")}
            text={t(nothing ? "message.noneTicked" : filtered ? "message.noneMatch" : "message.noneText")}
          />
        }
      />
    </Stack>
  );
}
