// Commands for many chargers: which there were, how far each is, and what came of it at every charger.
import { Button, Group, Progress, Select, Stack, Text } from "@mantine/core";
import { IconListCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { BulkJob, BulkResult } from "@/api/types";
import { pretty } from "@/lib/json";
import { useUrlState } from "@/lib/urlState";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { Json } from "@/ui/Json";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { RowOpener } from "@/ui/RowOpener";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Count, Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { bulkJobOptions, useBulkJobs, useBulkWrites } from "./queries";

const STATE_TONES: Record<BulkJob["state"], Tone> = { running: "blue", done: "green", cancelled: "grey" };

function tone(result: BulkResult): Tone {
  if (result.outcome === "accepted") return "green";
  if (result.state !== "done") return "blue";
  return result.outcome === "cancelled" ? "grey" : result.outcome === "offline" ? "amber" : "red";
}

/** `reset` and `{kind: "soft"}` are what the screens call soft reset. */
export function useJobName(): (job: BulkJob) => string {
  const { t } = useTranslation();
  return (job) => {
    const request = job.request as { kind?: string; operative?: boolean };
    const special: Record<string, string> = {
      reset: request.kind === "hard" ? "hard_reset" : "soft_reset",
      set_availability: request.operative ? "set_available" : "set_unavailable",
      clear_charging_profiles: "clear_schedule",
      set_charging_profile: "max_profile",
    };
    const kind = special[job.command] ?? job.command;
    return t(`command.${kind}.name`, { defaultValue: job.command.replaceAll("_", " ") });
  };
}

export function BulkJobList() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const name = useJobName();
  const list = useBulkJobs();
  const columns: Column<BulkJob>[] = [
    {
      accessor: "command",
      title: t("command.what"),
      render: (row) => (
        <RouteLink to="/bulk/$id" params={{ id: row.id }} fw={550}>
          {name(row)}
        </RouteLink>
      ),
    },
    {
      accessor: "state",
      title: t("bulk.state"),
      render: (row) => <ToneBadge tone={STATE_TONES[row.state]}>{t(`bulk.states.${row.state}`)}</ToneBadge>,
    },
    {
      accessor: "finished",
      title: t("bulk.progress"),
      render: (row) => t("bulk.of", { finished: row.finished, targets: row.targets }),
    },
    {
      accessor: "accepted",
      title: t("bulk.accepted"),
      textAlign: "right",
      render: (row) => <Count value={row.accepted} />,
    },
    { accessor: "by", title: t("command.by"), render: (row) => <Outside line text={row.by} /> },
    {
      accessor: "created_at",
      title: t("command.at"),
      render: (row) => <Timestamp at={row.created_at} seconds />,
    },
  ];
  return (
    <DataTable<BulkJob>
      list={list}
      columns={columns}
      label={t("bulk.list")}
      onOpen={(row) => void navigate({ to: "/bulk/$id", params: { id: row.id } })}
      empty={<EmptyState icon={IconListCheck} title={t("bulk.none")} text={t("bulk.noneText")} />}
    />
  );
}

/** A row of the table is known by its charger. */
type Row = BulkResult & { id: string };

function Results({ results }: { results: BulkResult[] }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const word = (each: BulkResult) => each.outcome ?? each.state;
  const words = [...new Set(results.map(word))];
  const shown: Row[] = results
    .filter((each) => !url.outcome || word(each) === url.outcome)
    .map((each) => ({ ...each, id: each.station_id }));
  const named = (outcome: string) =>
    t(`command.outcome.${outcome}`, {
      defaultValue: t(`bulk.targets.${outcome}`, { defaultValue: outcome }),
    });
  const columns: Column<Row>[] = [
    {
      accessor: "identity",
      title: t("charger.one"),
      render: (row) => (
        <div>
          <RouteLink to="/chargers/$id" params={{ id: row.station_id }} fw={550}>
            <Outside line text={row.identity} />
          </RouteLink>
          <Text size="sm" c="dimmed">
            {[row.name, row.site_name].filter(Boolean).join(" · ")}
          </Text>
        </div>
      ),
    },
    {
      accessor: "outcome",
      title: t("command.how"),
      render: (row) => <ToneBadge tone={tone(row)}>{named(word(row))}</ToneBadge>,
    },
    { accessor: "status", title: t("command.word"), render: (row) => <Outside text={row.status} mono /> },
    { accessor: "detail", title: t("command.detail"), render: (row) => <Outside text={row.detail} /> },
    {
      accessor: "changed_at",
      title: t("command.at"),
      render: (row) => <Timestamp at={row.changed_at} seconds />,
    },
    {
      accessor: "open",
      title: <span className="visually-hidden">{t("command.copyAnswer")}</span>,
      render: (row) => row.answer && <RowOpener>{t("bulk.answer")}</RowOpener>,
    },
  ];
  return (
    <Stack gap="sm">
      <Select
        aria-label={t("command.how")}
        placeholder={t("command.how")}
        data={words.map((value) => ({ value, label: named(value) }))}
        value={url.outcome ?? null}
        onChange={(value) => set({ outcome: value ?? undefined })}
        clearable
        w={220}
      />
      <DataTable<Row>
        list={{ items: shown, loading: false, error: null }}
        columns={columns}
        label={t("bulk.results")}
        minWidth={860}
        expansion={{
          allowMultiple: true,
          content: ({ record }) =>
            record.answer ? (
              <Json text={pretty(record.answer)} copyLabel={t("command.copyAnswer")} />
            ) : (
              t("command.noAnswer")
            ),
        }}
        empty={<EmptyState icon={IconListCheck} title={t("bulk.noneMatch")} />}
      />
    </Stack>
  );
}

export function BulkJobDetail({ id }: { id: string }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const problemText = useProblemText();
  const { cancel } = useBulkWrites();
  const [busy, setBusy] = useState(false);
  const { data, error, refetch } = useQuery(bulkJobOptions(id));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  const stop = async () => {
    setBusy(true);
    try {
      await cancel(id);
    } catch (problem) {
      notifyFailed(problemText(problem));
    } finally {
      setBusy(false);
    }
  };
  const part = data.targets === 0 ? 0 : (data.finished / data.targets) * 100;
  return (
    <Stack gap="md">
      <Panel>
        <Stack gap="sm">
          <Group justify="space-between">
            <Group gap="sm" aria-live="polite">
              <ToneBadge tone={STATE_TONES[data.state]}>{t(`bulk.states.${data.state}`)}</ToneBadge>
              <Text fw={600}>{t("bulk.of", { finished: data.finished, targets: data.targets })}</Text>
              <Text c="dimmed">{t("bulk.acceptedNote", { count: data.accepted })}</Text>
            </Group>
            {may && data.state === "running" && (
              <Button color="red" variant="light" loading={busy} onClick={() => void stop()}>
                {t("bulk.cancel")}
              </Button>
            )}
          </Group>
          <Progress value={part} aria-label={t("bulk.progress")} />
          <Text size="sm" c="dimmed">
            {data.by} · <Timestamp at={data.created_at} seconds /> ·{" "}
            {t("bulk.atOnceNote", { count: data.at_once })}
          </Text>
        </Stack>
      </Panel>
      <Results results={data.results ?? []} />
    </Stack>
  );
}
