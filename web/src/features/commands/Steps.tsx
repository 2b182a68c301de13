// Sent → answered → done, with the charger's literal answer.
import { Alert, Group, Stack, Text } from "@mantine/core";
import { IconArrowRight, IconCheck, IconLoader2, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Command, RawAnswer } from "@/api/types";
import { pretty } from "@/lib/json";
import { Json } from "@/ui/Json";
import { Latency, Outside } from "@/ui/Values";
import classes from "./Steps.module.css";

export type Progress =
  | { step: "sent" }
  | { step: "done"; command: Command }
  | { step: "done"; raw: RawAnswer }
  | { step: "failed"; text: string };

/** Outcomes in which the charger said something. */
const ANSWERED = ["accepted", "refused", "error", "answered"];

interface Ending {
  good: boolean;
  outcome: string;
  status: string | null;
  detail: string | null;
  answer: string | null;
  took: number | null;
}

function endingOf(progress: Extract<Progress, { step: "done" }>): Ending {
  if ("raw" in progress) {
    const { outcome, status, detail, answer, took_ms } = progress.raw;
    const text = answer === null || answer === undefined ? null : JSON.stringify(answer, null, 2);
    return { good: outcome === "answered", outcome, status, detail, answer: text, took: took_ms };
  }
  const { outcome, state, status, detail, answer, took_ms } = progress.command;
  return {
    good: outcome === "accepted" || state === "queued",
    outcome: outcome ?? state,
    status,
    detail,
    answer: answer === null ? null : pretty(answer),
    took: took_ms,
  };
}

function Step({ state, children }: { state: "done" | "now" | "bad" | "later"; children: React.ReactNode }) {
  const Sign = state === "done" ? IconCheck : state === "bad" ? IconX : state === "now" ? IconLoader2 : null;
  return (
    <span className={classes.step} data-state={state}>
      {Sign && <Sign size={15} aria-hidden />}
      {children}
    </span>
  );
}

export function Steps({ progress }: { progress: Progress }) {
  const { t } = useTranslation();
  if (progress.step === "failed") {
    return (
      <Alert color="red" variant="light" role="alert">
        {progress.text}
      </Alert>
    );
  }
  const ending = progress.step === "done" ? endingOf(progress) : null;
  const answered = ending !== null && ANSWERED.includes(ending.outcome);
  const arrow = <IconArrowRight size={14} className="quiet" aria-hidden />;
  return (
    <Stack gap="xs" role="status" aria-live="polite">
      <Group gap={8}>
        <Step state="done">{t("command.sent")}</Step>
        {arrow}
        <Step state={ending ? (ending.outcome === "queued" ? "later" : answered ? "done" : "bad") : "now"}>
          {ending?.outcome === "queued"
            ? t("command.notYet")
            : answered || !ending
              ? t("command.answered")
              : t("command.unanswered")}
          {ending?.took !== null && ending?.took !== undefined && <Latency ms={ending.took} />}
        </Step>
        {arrow}
        <Step state={ending ? (ending.good ? "done" : "bad") : "later"}>
          {ending
            ? t(`command.outcome.${ending.outcome}`, { defaultValue: ending.outcome })
            : t("command.done")}
        </Step>
      </Group>
      {ending && (
        <Alert color={ending.good ? "green" : "orange"} variant="light">
          {ending.status && (
            <Text fw={600}>
              <Outside text={ending.status} />
            </Text>
          )}
          {ending.detail && <Outside text={ending.detail} />}
        </Alert>
      )}
      {ending?.answer && <Json text={ending.answer} copyLabel={t("command.copyAnswer")} />}
    </Stack>
  );
}
