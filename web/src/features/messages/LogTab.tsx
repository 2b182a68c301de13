// Everything a charger and this system said to each other, by kind, with the literal frames.
import { Checkbox, Group, SegmentedControl, Stack, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight, IconList } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { useList } from "@/api/pages";
import type { Message } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { SearchBox } from "@/ui/Filters";
import { RowOpener } from "@/ui/RowOpener";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Latency, Outside, Timestamp } from "@/ui/Values";
import { Frames } from "./Frames";
import { inUrl, KINDS, ticked } from "./kinds";
import { summary } from "./summary";

const TONES: Record<string, Tone> = { error: "red", no_answer: "amber", bad: "red", repeat: "grey" };

function Ticks() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const chosen = ticked(url.kind);
  const change = (kinds: string[]) => set({ kind: inUrl(kinds) });
  const all = chosen.length === KINDS.length;
  return (
    <Checkbox.Group value={chosen} onChange={change} aria-label={t("message.kindsLabel")}>
      <Group gap="md">
        {KINDS.map((kind) => (
          <Checkbox key={kind} size="xs" value={kind} label={t(`message.kinds.${kind}`)} />
        ))}
        <UnstyledButton onClick={() => change(all ? [] : KINDS)}>
          <Text size="sm" td="underline" component="span">
            {t(all ? "message.tickNone" : "message.tickAll")}
          </Text>
        </UnstyledButton>
      </Group>
    </Checkbox.Group>
  );
}

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

export function LogTab({ id }: { id: string }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const columns = useColumns();
  const filter = { kind: url.kind, direction: url.direction, q: url.q };
  const nothing = url.kind === "none";
  const list = useList<Message>([...keys.messages(id), filter], `/stations/${id}/messages`, filter, !nothing);
  return (
    <Stack gap="sm">
      <Group gap="sm" justify="space-between">
        <Ticks />
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={t("message.direction")}
            value={url.direction ?? "both"}
            onChange={(value) => set({ direction: value === "both" ? undefined : value })}
            data={["both", "received", "sent"].map((value) => ({ value, label: t(`message.${value}`) }))}
          />
          <SearchBox label={t("message.search")} />
        </Group>
      </Group>
      <DataTable<Message>
        list={nothing ? { items: [], loading: false, error: null } : list}
        columns={columns}
        label={t("message.list")}
        minWidth={760}
        expansion={{ allowMultiple: true, content: ({ record }) => <Frames message={record} /> }}
        empty={
          <EmptyState
            icon={IconList}
            title={t("message.none")}
            text={t(nothing ? "message.noneTicked" : "message.noneText")}
          />
        }
      />
    </Stack>
  );
}
