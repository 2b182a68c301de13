// Wishes for a private charger: starts spread by chance, default hours, the cheapest or the cleanest time. At a public charger
// there is nothing to see.
import { Button, NumberInput, Select, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { SmartCharging, SmartWishes, Station } from "@/api/types";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { notifyDone, useProblemText } from "@/ui/problem";
import { smartOptions, useScheduleWrites } from "./queries";
import { WeekPicture } from "./WeekPicture";
import { WindowRows } from "./WindowRows";
import { contentOf, type Row, rowsOf } from "./week";

const KILO = 1_000;
const MINUTE = 60;
/** What is usual: ten minutes, and no charging while everybody cooks. */
const USUAL_DELAY = 600;
const PEAKS: Row[] = [
  { key: 0, days: ["1", "2", "3", "4", "5"], from: "08:00", to: "11:00", kind: "none", amount: "" },
  { key: 1, days: ["1", "2", "3", "4", "5"], from: "16:00", to: "22:00", kind: "none", amount: "" },
];

interface Draft {
  on: boolean;
  delay: number | string;
  hours: boolean;
  rows: Row[];
  mode: SmartWishes["mode"];
  ready: string;
  goal: number | string;
}

const draftOf = (wishes: SmartWishes | null): Draft => ({
  on: wishes !== null,
  delay: (wishes?.random_delay_s ?? USUAL_DELAY) / MINUTE,
  hours: Boolean(wishes?.default_hours),
  rows: wishes?.default_hours ? rowsOf(wishes.default_hours) : PEAKS,
  mode: wishes?.mode ?? "plain",
  ready: wishes?.ready_by ?? "07:00",
  goal: (wishes?.energy_goal_wh ?? 0) / KILO || 20,
});

const wishesOf = (draft: Draft): SmartWishes | null =>
  draft.on
    ? {
        random_delay_s: Math.round(Number(draft.delay) * MINUTE),
        default_hours: draft.hours ? contentOf(draft.rows, { kind: "full", amount: "" }) : null,
        mode: draft.mode,
        ready_by: draft.mode === "plain" ? null : draft.ready,
        energy_goal_wh: draft.mode === "plain" ? 0 : Math.round(Number(draft.goal) * KILO),
      }
    : null;

function Wishes({ station, smart }: { station: Station; smart: SmartCharging }) {
  const { t } = useTranslation();
  const may = useMay("power");
  const problemText = useProblemText();
  const { setSmart } = useScheduleWrites();
  const [draft, setDraft] = useState(() => draftOf(smart.content));
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const put = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const save = async () => {
    setBusy(true);
    setFailed(null);
    try {
      await setSmart(station.id, wishesOf(draft));
      notifyDone(t("schedule.smart.saved"));
    } catch (error) {
      setFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  const modes = smart.is_home ? ["plain", "price", "carbon"] : ["plain"];
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("schedule.smart.lead")}
      </Text>
      <Switch
        label={t("schedule.smart.on")}
        checked={draft.on}
        disabled={!may}
        onChange={(event) => put({ on: event.currentTarget.checked })}
      />
      {draft.on && (
        <>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="xs">
            <NumberInput
              label={t("schedule.smart.delay")}
              description={t("schedule.smart.delayHelp")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              min={0}
              max={30}
              suffix={` ${t("schedule.smart.minutes")}`}
              value={draft.delay}
              disabled={!may}
              onChange={(delay) => put({ delay })}
            />
            <Select
              label={t("schedule.smart.mode")}
              allowDeselect={false}
              data={modes.map((value) => ({ value, label: t(`schedule.smart.modes.${value}`) }))}
              value={draft.mode}
              disabled={!may}
              onChange={(mode) => put({ mode: (mode ?? "plain") as Draft["mode"] })}
            />
            {draft.mode !== "plain" && (
              <>
                <TextInput
                  type="time"
                  label={t("schedule.smart.ready")}
                  value={draft.ready}
                  disabled={!may}
                  onChange={(event) => put({ ready: event.currentTarget.value })}
                />
                <NumberInput
                  label={t("schedule.smart.goal")}
                  min={1}
                  max={1_000}
                  suffix=" kWh"
                  value={draft.goal}
                  disabled={!may}
                  onChange={(goal) => put({ goal })}
                />
              </>
            )}
          </SimpleGrid>
          {draft.mode !== "plain" && (
            <Text size="sm" c={smart.price_profile ? "dimmed" : "orange"}>
              {smart.price_profile
                ? t("schedule.smart.byProfile", { name: smart.price_profile })
                : t("schedule.smart.noProfile")}
            </Text>
          )}
          <Switch
            label={t("schedule.smart.hours")}
            checked={draft.hours}
            disabled={!may}
            onChange={(event) => put({ hours: event.currentTarget.checked })}
          />
          {draft.hours && (
            <>
              {may && <WindowRows rows={draft.rows} onChange={(rows) => put({ rows })} />}
              <WeekPicture content={contentOf(draft.rows, { kind: "full", amount: "" })} />
            </>
          )}
        </>
      )}
      {failed && (
        <Text size="sm" c="red" role="alert">
          {failed}
        </Text>
      )}
      {may && (
        <Button w="fit-content" loading={busy} onClick={() => void save()}>
          {t("schedule.smart.save")}
        </Button>
      )}
    </Stack>
  );
}

export function SmartPanel({ station }: { station: Station }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(smartOptions(station.id));
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data?.is_private) return null;
  return (
    <Panel title={t("schedule.smart.title")}>
      <Wishes station={station} smart={data} />
    </Panel>
  );
}
