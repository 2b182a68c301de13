// How one charger keeps to the standard: a plain verdict, what it does otherwise with advice, which messages it uses and
// which failed, what it refused, its firmware.
import { Alert, List, Stack, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconInfoCircle,
  IconMessageOff,
  IconThumbDown,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { deviationsOptions, ofStationOptions } from "@/api/lookups";
import type { Command, Deviation, Message, Page, ProtocolMessage, Quirk, Station } from "@/api/types";
import { OutcomeBadge } from "@/ui/CommandAnswer";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Outside, Timestamp } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { needsAction, type Use, unused, usesOf, type Verdict, verdictOf } from "./verdict";

/** Messages and commands looked at. */
const LATELY = 500;
const LOOKS: Record<Verdict, [typeof IconCircleCheck, string]> = {
  good: [IconCircleCheck, "green"],
  tolerated: [IconInfoCircle, "blue"],
  act: [IconAlertTriangle, "orange"],
  silent: [IconMessageOff, "gray"],
};

const useLatest = <T,>(id: string, what: "messages" | "commands") =>
  useQuery({
    queryKey: [...(what === "messages" ? keys.messages(id) : keys.commands(id)), "lately"],
    queryFn: ({ signal }) => http.get<Page<T>>(`/stations/${id}/${what}`, { limit: LATELY }, signal),
    select: (page) => page.items,
  });

function Deviations({ items }: { items: Deviation[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("deviation.list")}>
      <DataTable<Deviation & { id?: string }>
        list={{ items, loading: false, error: null }}
        rowKey={(each) => `${each.kind} ${each.path} ${each.seen}`}
        label={t("deviation.list")}
        minWidth={820}
        plain
        columns={[
          {
            accessor: "path",
            title: t("deviation.path"),
            render: (each) => (
              <>
                <Outside text={each.path} mono />
                <div className="quiet">
                  <Outside text={each.seen} mono />
                </div>
              </>
            ),
          },
          {
            accessor: "advice",
            title: t("conformance.advice"),
            width: "44%",
            render: (each) => (
              <>
                {needsAction(each) && <ToneBadge tone="amber">{t("conformance.todo")}</ToneBadge>}{" "}
                {each.advice}
              </>
            ),
          },
          {
            accessor: "count",
            title: t("deviation.count"),
            textAlign: "right",
            render: (each) => <Count value={each.count} />,
          },
          {
            accessor: "first_at",
            title: t("conformance.first"),
            render: (each) => <Timestamp at={each.first_at} />,
          },
          {
            accessor: "last_at",
            title: t("deviation.last"),
            render: (each) => <Timestamp at={each.last_at} />,
          },
        ]}
        empty={<EmptyState icon={IconCircleCheck} title={t("deviation.none")} />}
      />
    </Panel>
  );
}

function Uses({ id, uses, silent }: { id: string; uses: Use[]; silent: string[] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("conformance.uses", { count: LATELY })}>
      <DataTable<Use & { id?: string }>
        list={{ items: uses, loading: false, error: null }}
        rowKey={(each) => `${each.direction} ${each.action}`}
        label={t("conformance.messages")}
        minWidth={560}
        plain
        columns={[
          {
            accessor: "action",
            title: t("message.action"),
            render: (each) => (
              <RouteLink to="/chargers/$id" params={{ id }} search={{ tab: "log", q: each.action } as never}>
                <Outside text={each.action} mono />
              </RouteLink>
            ),
          },
          {
            accessor: "direction",
            title: t("message.direction"),
            render: (each) => t(`message.${each.direction}`),
          },
          {
            accessor: "count",
            title: t("deviation.count"),
            textAlign: "right",
            render: (each) => <Count value={each.count} />,
          },
          {
            accessor: "failed",
            title: t("conformance.failed"),
            textAlign: "right",
            render: (each) =>
              each.failed > 0 ? <ToneBadge tone="red">{each.failed}</ToneBadge> : <Count value={0} />,
          },
          { accessor: "last", title: t("deviation.last"), render: (each) => <Timestamp at={each.last} /> },
        ]}
        empty={<EmptyState icon={IconMessageOff} title={t("message.none")} text={t("message.noneText")} />}
      />
      {silent.length > 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          {t("conformance.unheard")} {silent.join(", ")}
        </Text>
      )}
    </Panel>
  );
}

function Refused({ commands }: { commands: Command[] }) {
  const { t } = useTranslation();
  const items = commands.filter((each) => each.outcome === "refused" || each.outcome === "error");
  return (
    <Panel title={t("conformance.refused")}>
      <DataTable<Command>
        list={{ items, loading: false, error: null }}
        label={t("conformance.refused")}
        minWidth={560}
        plain
        columns={[
          { accessor: "at", title: t("command.at"), render: (each) => <Timestamp at={each.at} /> },
          {
            accessor: "command",
            title: t("command.what"),
            render: (each) =>
              t(`command.${each.command}.name`, { defaultValue: each.command.replaceAll("_", " ") }),
          },
          { accessor: "outcome", title: t("command.how"), render: (each) => <OutcomeBadge command={each} /> },
          {
            accessor: "status",
            title: t("command.word"),
            render: (each) => <Outside text={each.status} mono />,
          },
          {
            accessor: "detail",
            title: t("command.detail"),
            render: (each) => <Outside text={each.detail} />,
          },
        ]}
        empty={<EmptyState icon={IconThumbDown} title={t("conformance.noneRefused")} />}
      />
    </Panel>
  );
}

/** What its make is known for; nothing where nobody has told. */
function Known({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(ofStationOptions<Quirk>(id, "quirks"));
  if (!data?.length) return null;
  return (
    <Panel title={t("conformance.known")}>
      <List size="sm" spacing={4}>
        {data.map((each) => (
          <List.Item key={each.hint}>{each.hint}</List.Item>
        ))}
      </List>
    </Panel>
  );
}

const FIRMWARE = ["FirmwareStatusNotification", "SignedFirmwareStatusNotification"];

/** The charger's last word about an update: the firmware notification among its latest messages. */
function firmwareWord(messages: Message[]): { word: string; at: string } | null {
  for (const message of messages) {
    if (message.direction !== "received" || !FIRMWARE.includes(message.action)) continue;
    try {
      const frame: unknown = JSON.parse(message.request);
      const status = Array.isArray(frame)
        ? (frame[3] as { status?: unknown } | undefined)?.status
        : undefined;
      if (typeof status === "string") return { word: status, at: message.at };
    } catch {
      // An unreadable frame says nothing about the firmware.
    }
  }
  return null;
}

export function ConformanceTab({ station }: { station: Station }) {
  const { t } = useTranslation();
  const deviations = useQuery(deviationsOptions(station.id));
  const messages = useLatest<Message>(station.id, "messages");
  const commands = useLatest<Command>(station.id, "commands");
  const version = station.protocol?.replace("ocpp", "");
  const known = useQuery({
    queryKey: keys.protocolMessages(version ?? ""),
    queryFn: ({ signal }) => http.get<Page<ProtocolMessage>>(`/ocpp/${version}/messages`, {}, signal),
    select: (page) => page.items,
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const error = deviations.error ?? messages.error ?? commands.error;
  if (error) return <Failure error={error} retry={() => void deviations.refetch()} />;
  if (!deviations.data || !messages.data || !commands.data) return <Waiting />;
  const uses = usesOf(messages.data);
  const verdict = verdictOf(deviations.data, uses);
  const [Sign, color] = LOOKS[verdict];
  const firmware = firmwareWord(messages.data);
  return (
    <Stack gap="sm">
      <Alert
        color={color}
        variant="light"
        icon={<Sign size={20} />}
        title={t(`conformance.verdicts.${verdict}`)}
      >
        {t(`conformance.verdictText.${verdict}`, {
          count: deviations.data.filter(needsAction).length,
          all: deviations.data.length,
        })}
      </Alert>
      <Panel title={t("conformance.speaks")}>
        <Facts
          rows={[
            [
              t("charger.protocol"),
              station.protocol
                ? t(`charger.protocols.${station.protocol.replaceAll(".", "_")}`, {
                    defaultValue: station.protocol,
                  })
                : "—",
            ],
            [t("charger.firmware"), <Outside key="f" text={station.firmware} mono />],
            [
              t("conformance.update"),
              firmware ? (
                <span key="u">
                  <Outside text={firmware.word} mono /> <Timestamp at={firmware.at} />
                </span>
              ) : (
                t("conformance.noUpdate")
              ),
            ],
          ]}
        />
      </Panel>
      <Known id={station.id} />
      <Deviations items={deviations.data} />
      <Uses id={station.id} uses={uses} silent={unused(messages.data, known.data ?? [])} />
      <Refused commands={commands.data} />
    </Stack>
  );
}
