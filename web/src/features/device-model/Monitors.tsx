// The watches on a 2.x station's variables, and what its components reported.
import { Button, Group, Stack } from "@mantine/core";
import { IconActivity, IconBell, IconZoomScan } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useStationCommand } from "@/api/commands";
import { useMay } from "@/api/login";
import type { Command, ComponentEvent, Monitor, Station } from "@/api/types";
import { CommandAnswer } from "@/ui/CommandAnswer";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { ToneBadge } from "@/ui/StatusBadge";
import type { Tone } from "@/ui/status";
import { Outside, Timestamp } from "@/ui/Values";
import { useEvents, useMonitors } from "./queries";

/** 0 (danger) to 9 (debug), as the standard counts them. */
function Severity({ value }: { value: number | null }) {
  const { t } = useTranslation();
  if (value === null) return null;
  const tone: Tone = value <= 3 ? "red" : value <= 5 ? "amber" : "grey";
  return <ToneBadge tone={tone}>{t("device.severityOf", { value })}</ToneBadge>;
}

function ReadMonitors({ station }: { station: Station }) {
  const { t } = useTranslation();
  const send = useStationCommand(station.id);
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Command | null>(null);
  const read = async () => {
    setBusy(true);
    try {
      setAnswer(
        await send({ command: "get_monitoring_report", requestId: Math.floor(Date.now() / 1_000) % 2 ** 31 }),
      );
    } catch (error) {
      notifyFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Group gap="xs">
      <Button
        variant="default"
        leftSection={<IconZoomScan size={16} />}
        loading={busy}
        disabled={!station.online}
        onClick={read}
      >
        {t("device.readMonitors")}
      </Button>
      {answer && <CommandAnswer command={answer} />}
    </Group>
  );
}

const placeName = (component: string, instance: string): string =>
  instance ? `${component} [${instance}]` : component;

export function MonitorList({ station }: { station: Station }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const { data, error, isPending, refetch } = useMonitors(station.id);
  return (
    <Stack gap="sm">
      {may && <ReadMonitors station={station} />}
      <DataTable<Monitor & { id?: string }>
        list={{ items: data ?? [], loading: isPending, error, retry: () => void refetch() }}
        rowKey={(each) => String(each.monitor)}
        label={t("device.parts.monitors")}
        columns={[
          { accessor: "monitor", title: t("device.number"), width: 80 },
          {
            accessor: "component",
            title: t("device.watched"),
            render: (each) => (
              <Outside
                text={`${placeName(each.component, each.component_instance)} · ${placeName(each.name, each.instance)}`}
                mono
              />
            ),
          },
          { accessor: "kind", title: t("device.kind"), render: (each) => <Outside text={each.kind} /> },
          {
            accessor: "value",
            title: t("variable.value"),
            render: (each) => <Outside text={each.value} mono />,
          },
          {
            accessor: "severity",
            title: t("device.severity"),
            render: (each) => <Severity value={each.severity} />,
          },
          {
            accessor: "seen_at",
            title: t("variable.seen"),
            render: (each) => <Timestamp at={each.seen_at} />,
          },
        ]}
        empty={
          <EmptyState icon={IconActivity} title={t("device.noMonitors")} text={t("device.noMonitorsText")} />
        }
      />
    </Stack>
  );
}

export function EventList({ id }: { id: string }) {
  const { t } = useTranslation();
  const list = useEvents(id);
  return (
    <DataTable<ComponentEvent>
      list={list}
      label={t("device.parts.events")}
      columns={[
        { accessor: "at", title: t("message.at"), render: (each) => <Timestamp at={each.at} seconds /> },
        {
          accessor: "component",
          title: t("device.reported"),
          render: (each) => (
            <Outside
              text={`${placeName(
                each.component,
                [
                  each.evse === null ? "" : `evse=${each.evse}`,
                  each.connector === null ? "" : `connector=${each.connector}`,
                ]
                  .filter(Boolean)
                  .join(","),
              )} · ${each.variable}`}
              mono
            />
          ),
        },
        {
          accessor: "value",
          title: t("variable.value"),
          render: (each) => <Outside text={each.value} mono />,
        },
        {
          accessor: "trigger",
          title: t("device.trigger"),
          render: (each) => <Outside text={each.trigger} />,
        },
        {
          accessor: "severity",
          title: t("device.severity"),
          render: (each) => <Severity value={each.severity} />,
        },
        {
          accessor: "tech_info",
          title: t("device.tech"),
          render: (each) => <Outside text={[each.tech_code, each.tech_info].filter(Boolean).join(" · ")} />,
        },
        {
          accessor: "cleared",
          title: t("device.cleared"),
          render: (each) => (each.cleared ? <ToneBadge tone="green">{t("device.cleared")}</ToneBadge> : null),
        },
      ]}
      empty={<EmptyState icon={IconBell} title={t("device.noEvents")} text={t("device.noEventsText")} />}
    />
  );
}
