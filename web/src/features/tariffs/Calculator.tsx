// What a session would cost: an imagined one, or one that was, priced by the server's own engine.
import {
  Alert,
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { Session } from "@/api/types";
import { onTheWall, wallTime } from "@/lib/days";
import { energyExact, instant } from "@/lib/format";
import { Panel } from "@/ui/Panel";
import { useProblemText } from "@/ui/problem";
import { ReceiptTable } from "@/ui/ReceiptTable";
import { useLocale } from "@/ui/Values";
import { useZone } from "@/ui/zone";
import { askPrice, endedSessionsOptions, type Question } from "./queries";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

interface Values {
  what: string;
  start: string;
  end: string;
  kwh: number | string;
  kw: number | string;
  site: string | null;
  session: string | null;
}

/** The question that the fields ask; `undefined` where they do not fit together. */
export function questionOf(values: Values, zone: string): Question | undefined {
  if (values.what === "session") return values.session ? { session_id: values.session } : undefined;
  const start = wallTime(values.start, zone);
  const end = wallTime(values.end, zone);
  const kwh = Number(values.kwh);
  if (!start || !end || values.kwh === "" || !(kwh >= 0)) return undefined;
  const minutes = Math.round((new Date(end).getTime() - new Date(start).getTime()) / MINUTE_MS);
  if (minutes < 0) return undefined;
  const kw = Number(values.kw);
  const charging = kw > 0 ? Math.min(minutes, Math.ceil((kwh / kw) * 60)) : minutes;
  return {
    start,
    energy_wh: Math.round(kwh * 1_000),
    charging_minutes: charging,
    occupied_minutes: minutes - charging,
    ...(kw > 0 ? { power_w: Math.round(kw * 1_000) } : {}),
    ...(values.site ? { site_id: values.site } : {}),
  };
}

function useSessionName(): (session: Session) => string {
  const locale = useLocale();
  return (session) => {
    const { value, unit } = energyExact(session.energy_wh, locale);
    const at = instant(session.started_at, session.site_time_zone, locale, new Date());
    return `${session.station_identity} · ${at} · ${value} ${unit}`;
  };
}

export function Calculator({ tariff }: { tariff: string }) {
  const { t } = useTranslation();
  const own = useZone();
  const problemText = useProblemText();
  const sites = useSiteChoices();
  const maySee = useMay("sessions_read");
  const sessionName = useSessionName();
  const { data: sessions } = useQuery({ ...endedSessionsOptions, enabled: maySee });
  const now = new Date();
  const form = useForm<Values>({
    initialValues: {
      what: "imagined",
      start: onTheWall(now.toISOString(), own),
      end: onTheWall(new Date(now.getTime() + 2 * HOUR_MS).toISOString(), own),
      kwh: 30,
      kw: "",
      site: null,
      session: null,
    },
  });
  const ask = useMutation({ mutationFn: askPrice });
  const question = questionOf(form.values, own);
  const chosen = sessions?.find((each) => each.id === form.values.session);
  return (
    <Panel title={t("tariff.calculator.title")}>
      <form
        onSubmit={form.onSubmit(() => {
          if (question) ask.mutate({ ...question, tariff_id: tariff });
        })}
      >
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t("tariff.calculator.text")}
          </Text>
          {maySee && (
            <SegmentedControl
              aria-label={t("tariff.calculator.what")}
              data={["imagined", "session"].map((value) => ({
                value,
                label: t(`tariff.calculator.whats.${value}`),
              }))}
              {...form.getInputProps("what")}
            />
          )}
          {form.values.what === "session" ? (
            <Select
              label={t("tariff.calculator.session")}
              data={(sessions ?? []).map((each) => ({ value: each.id, label: sessionName(each) }))}
              searchable
              nothingFoundMessage={t("tariff.calculator.noSession")}
              {...form.getInputProps("session")}
            />
          ) : (
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
              <TextInput
                type="datetime-local"
                label={t("tariff.calculator.start", { zone: own })}
                {...form.getInputProps("start")}
              />
              <TextInput
                type="datetime-local"
                label={t("tariff.calculator.end")}
                {...form.getInputProps("end")}
              />
              <NumberInput
                label={t("tariff.calculator.kwh")}
                min={0}
                max={10_000}
                decimalScale={3}
                suffix=" kWh"
                {...form.getInputProps("kwh")}
              />
              <NumberInput
                label={t("tariff.calculator.kw")}
                description={t("tariff.calculator.kwHelp")}
                inputWrapperOrder={["label", "input", "description"]}
                min={0}
                max={10_000}
                decimalScale={1}
                suffix=" kW"
                {...form.getInputProps("kw")}
              />
              <Select
                label={t("tariff.calculator.site")}
                description={t("tariff.calculator.siteHelp")}
                inputWrapperOrder={["label", "input", "description"]}
                data={sites}
                clearable
                searchable
                {...form.getInputProps("site")}
              />
            </SimpleGrid>
          )}
          <Group>
            <Button type="submit" loading={ask.isPending} disabled={!question}>
              {t("tariff.calculator.ask")}
            </Button>
          </Group>
          {ask.error && (
            <Alert color="red" variant="light" role="alert">
              {problemText(ask.error)}
            </Alert>
          )}
          {ask.data && (
            <ReceiptTable
              receipt={ask.data}
              zone={chosen?.site_time_zone ?? own}
              label={t("tariff.calculator.receipt")}
            />
          )}
        </Stack>
      </form>
    </Panel>
  );
}
