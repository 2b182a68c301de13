// One message opened: the request and the answer side by side, indented or as they went over the wire; what the charger
// did wrong in such messages; the exchange as a test.
import { Alert, Button, CopyButton, Group, SegmentedControl, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconCheck, IconFlask, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deviationsOptions } from "@/api/lookups";
import type { Message, Station } from "@/api/types";
import { payload } from "@/lib/json";
import { Json } from "@/ui/Json";
import { Latency, Outside } from "@/ui/Values";
import { asTest } from "./asTest";

function Deviations({ message, station }: { message: Message; station: Station }) {
  const { t } = useTranslation();
  const { data = [] } = useQuery(deviationsOptions(station.id));
  const of = data.filter(
    (each) =>
      each.path === message.action ||
      each.path.startsWith(`${message.action}.`) ||
      each.path.startsWith(`${message.action}[`),
  );
  if (of.length === 0) return null;
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconInfoCircle size={18} />}
      title={t("message.deviates", { action: message.action })}
    >
      <Stack gap={6}>
        {of.map((each) => (
          <Text key={`${each.kind} ${each.path} ${each.seen}`} size="sm" component="div">
            <Outside text={each.path} mono /> <span className="quiet">=</span>{" "}
            <Outside text={each.seen} mono />
            <br />
            {each.advice}
          </Text>
        ))}
      </Stack>
    </Alert>
  );
}

export function Frames({ message, station }: { message: Message; station: Station }) {
  const { t } = useTranslation();
  const [form, setForm] = useState("pretty");
  const text = (frame: string) => (form === "pretty" ? payload(frame) : frame);
  const received = message.direction === "received";
  return (
    <Stack gap="sm" p="sm" bg="var(--fc-page)">
      <Group justify="space-between" gap="xs">
        <SegmentedControl
          size="xs"
          aria-label={t("message.form")}
          value={form}
          onChange={setForm}
          data={["pretty", "raw"].map((value) => ({ value, label: t(`message.forms.${value}`) }))}
        />
        <CopyButton value={asTest(message, station)}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={15} /> : <IconFlask size={15} />}
            >
              {copied ? t("copy.done") : t("message.asTest")}
            </Button>
          )}
        </CopyButton>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <div>
          <Text size="sm" fw={550} mb={4}>
            {t(received ? "message.itSaid" : "message.weSaid")}{" "}
            <span className="quiet">
              {t("message.id")} {message.message_id}
            </span>
          </Text>
          <Json text={text(message.request)} copy={message.request} copyLabel={t("message.copyFrame")} />
        </div>
        <div>
          <Text size="sm" fw={550} mb={4}>
            {t(received ? "message.weAnswered" : "message.itAnswered")}{" "}
            {message.took_ms !== null && (
              <span className="quiet">
                {t("message.after")} <Latency ms={message.took_ms} />
              </span>
            )}
          </Text>
          {message.response === null ? (
            <Text c="dimmed">{t(`message.outcomes.${message.outcome}`)}</Text>
          ) : (
            <Json text={text(message.response)} copy={message.response} copyLabel={t("message.copyFrame")} />
          )}
        </div>
      </SimpleGrid>
      <Deviations message={message} station={station} />
    </Stack>
  );
}
