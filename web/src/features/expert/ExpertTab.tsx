// Any message of the charger's version, for experts: a form made from its schema or the JSON itself, sent as it is, with
// request, answer and latency side by side.
import {
  Alert,
  Button,
  Group,
  JsonInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
} from "@mantine/core";
import { IconTerminal2 } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Page, ProtocolMessage, RawAnswer, Station } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { OutcomeBadge } from "@/ui/CommandAnswer";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { Json } from "@/ui/Json";
import { Panel } from "@/ui/Panel";
import { useProblemText } from "@/ui/problem";
import { Latency, Outside } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { SchemaFields } from "./SchemaField";
import { missing, type Schema, startOf } from "./schema";

function useMessages(version: string) {
  return useQuery({
    queryKey: keys.protocolMessages(version),
    queryFn: ({ signal }) => http.get<Page<ProtocolMessage>>(`/ocpp/${version}/messages`, {}, signal),
    select: (page) => page.items.filter((each) => each.from_csms),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function useSchema(version: string, action: string) {
  return useQuery({
    queryKey: [...keys.protocolMessages(version), action],
    queryFn: ({ signal }) => http.get<Schema>(`/ocpp/${version}/messages/${action}`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

interface Exchange {
  request: string;
  answer: RawAnswer;
}

function Shown({ exchange }: { exchange: Exchange }) {
  const { t } = useTranslation();
  const { request, answer } = exchange;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" role="status">
      <div>
        <Text size="sm" fw={550} mb={4}>
          {t("message.weSaid")}
        </Text>
        <Json text={request} copyLabel={t("expert.copyRequest")} />
      </div>
      <div>
        <Group gap={6} mb={4}>
          <Text size="sm" fw={550}>
            {t("message.itAnswered")}
          </Text>
          <OutcomeBadge command={{ outcome: answer.outcome, state: "done" }} />
          {answer.took_ms !== null && <Latency ms={answer.took_ms} />}
        </Group>
        {answer.answer === null || answer.answer === undefined ? (
          <Text c="dimmed">
            <Outside text={answer.detail ?? t("command.noAnswer")} />
          </Text>
        ) : (
          <Json text={JSON.stringify(answer.answer, null, 2)} copyLabel={t("command.copyAnswer")} />
        )}
      </div>
    </SimpleGrid>
  );
}

function Form({ station, action, schema }: { station: Station; action: string; schema: Schema }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const [view, setView] = useState<"form" | "json">("form");
  const [value, setValue] = useState<unknown>(() => startOf(schema));
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string[]>([]);
  const [badJson, setBadJson] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [exchange, setExchange] = useState<Exchange | null>(null);

  /** The JSON as it stands, or nothing when it is none. */
  const parsed = (): { value: unknown } | null => {
    try {
      return { value: JSON.parse(text) };
    } catch {
      setBadJson(true);
      return null;
    }
  };
  const turn = (next: string) => {
    if (next === "json") setText(JSON.stringify(value, null, 2));
    else {
      const read = parsed();
      if (!read) return;
      setValue(read.value);
    }
    setWrong([]);
    setView(next as "form" | "json");
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = view === "json" ? parsed() : { value };
    if (!read) return;
    // JSON is sent as it was written, also what the schema forbids: that is what experts come for.
    const gaps = view === "form" ? missing(schema, value) : [];
    setWrong(gaps);
    if (gaps.length > 0) return;
    setBusy(true);
    setFailed(null);
    try {
      const answer = await http.post<RawAnswer>(`/stations/${station.id}/calls`, {
        action,
        payload: read.value,
      });
      setExchange({ request: JSON.stringify(read.value, null, 2), answer });
    } catch (error) {
      setFailed(problemText(error));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: keys.commands(station.id) });
    }
  };
  return (
    <Stack gap="sm">
      <Panel>
        <form onSubmit={submit} noValidate>
          <Stack gap="sm" maw={760}>
            <SegmentedControl
              size="xs"
              aria-label={t("expert.view")}
              value={view}
              onChange={turn}
              data={["form", "json"].map((each) => ({ value: each, label: t(`expert.views.${each}`) }))}
              style={{ alignSelf: "flex-start" }}
            />
            {view === "json" ? (
              <JsonInput
                label={t("command.raw.payload")}
                value={text}
                onChange={(next) => {
                  setText(next);
                  setBadJson(false);
                }}
                error={badJson ? t("command.raw.notJson") : undefined}
                autosize
                minRows={8}
                maxRows={24}
                styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12.5 } }}
              />
            ) : Object.keys(schema.properties ?? {}).length === 0 ? (
              <Text c="dimmed">{t("expert.noMembers")}</Text>
            ) : (
              <SchemaFields schema={schema} value={value} onChange={setValue} wrong={wrong} />
            )}
            {wrong.length > 0 && (
              <Alert color="red" variant="light" role="alert">
                {t("expert.missing", { paths: wrong.join(", ") })}
              </Alert>
            )}
            {failed && (
              <Alert color="red" variant="light" role="alert">
                {failed}
              </Alert>
            )}
            {!station.online && (
              <Alert color="orange" variant="light">
                {t("command.whileOffline")}
              </Alert>
            )}
            <Group>
              <Button type="submit" color="red" loading={busy}>
                {t("expert.send", { action, charger: station.identity })}
              </Button>
            </Group>
          </Stack>
        </form>
      </Panel>
      {exchange && <Shown exchange={exchange} />}
    </Stack>
  );
}

function Chosen({ station, version, action }: { station: Station; version: string; action: string }) {
  const { data, error, isPending, refetch } = useSchema(version, action);
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return <Form key={action} station={station} action={action} schema={data} />;
}

export function ExpertTab({ station }: { station: Station }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const version = station.protocol?.replace("ocpp", "") ?? "1.6";
  const { data, error, isPending, refetch } = useMessages(version);
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const blocks = [...new Set(data.map((each) => each.block))];
  const action = data.find((each) => each.action === url.message)?.action;
  return (
    <Stack gap="sm">
      <Text c="dimmed">{t("expert.text", { version })}</Text>
      <Select
        label={t("expert.message")}
        placeholder={t("expert.choose")}
        data={blocks.map((block) => ({
          group: block,
          items: data.filter((each) => each.block === block).map((each) => each.action),
        }))}
        value={action ?? null}
        onChange={(next) => set({ message: next ?? undefined })}
        searchable
        maw={420}
      />
      {action ? (
        <Chosen station={station} version={version} action={action} />
      ) : (
        <Panel>
          <EmptyState icon={IconTerminal2} title={t("expert.none")} text={t("expert.noneText")} />
        </Panel>
      )}
    </Stack>
  );
}
