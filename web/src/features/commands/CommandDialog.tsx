// One command: a small form that says what will happen to whom, then sent → answered → done with the literal answer.
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Station } from "@/api/types";
import { useProblemText } from "@/ui/problem";
import { CommandFields } from "./CommandFields";
import { Consequence } from "./Consequence";
import { type CommandKind, type CommandValues, EMPTY, isPast, missing, requestOf } from "./kinds";
import { QueueChoice, untilOf } from "./QueueChoice";
import { useSend } from "./queries";
import { type Progress, Steps } from "./Steps";

interface CommandDialogProps {
  station: Station;
  kind: CommandKind;
  onClose: () => void;
  /** Filled in beforehand. */
  initial?: Partial<CommandValues>;
}

const DANGEROUS: CommandKind[] = ["stop_session", "soft_reset", "hard_reset", "set_unavailable", "raw"];

/** What the charger could give, where we know it: the highest limit proposed. */
function proposedLimit(station: Station): Partial<CommandValues> {
  const known = station.evses.flatMap((evse) => evse.max_power_w ?? []);
  if (known.length === 0 || known.length < station.evses.length) return {};
  return { unit: "W", limit: known.reduce((sum, each) => sum + each, 0) / 1_000 };
}

export function CommandDialog({ station, kind, onClose, initial }: CommandDialogProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const send = useSend(station.id);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [wait, setWait] = useState<string | null>(null);
  const onlyPlug = station.evses.length === 1 ? String(station.evses[0]?.evse) : "";
  const onlySession = station.evses.flatMap((evse) => evse.session_id ?? [])[0] ?? "";
  const form = useForm<CommandValues>({
    initialValues: {
      ...EMPTY,
      ...(kind === "unlock" ? { evse: onlyPlug } : {}),
      ...(kind === "max_profile" ? proposedLimit(station) : {}),
      session: onlySession,
      ...initial,
    },
    validate: (values) => ({
      ...Object.fromEntries(missing(kind, values).map((field) => [field, t("form.required")])),
      ...(isPast(values) ? { until: t("command.max_profile.untilPast") } : {}),
      ...(kind === "raw" && !isJson(values.payload) ? { payload: t("command.raw.notJson") } : {}),
    }),
  });

  const submit = form.onSubmit(async (values) => {
    setProgress({ step: "sent" });
    try {
      if (kind === "raw") {
        const answer = await send.raw(values.action.trim(), JSON.parse(values.payload));
        setProgress({ step: "done", raw: answer });
      } else {
        setProgress({
          step: "done",
          command: await send.command(requestOf(kind, values), untilOf(station.online ? null : wait)),
        });
      }
    } catch (error) {
      setProgress({ step: "failed", text: problemText(error) });
    }
  });

  return (
    <Modal
      opened
      onClose={onClose}
      title={`${t(`command.${kind}.name`)} · ${station.identity}`}
      size={kind === "raw" ? "lg" : "md"}
      closeButtonProps={{ "aria-label": t("form.close") }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Text c="dimmed">{t(`command.${kind}.text`)}</Text>
          {!station.online && (
            <Alert color="orange" variant="light">
              {t("command.whileOffline")}
              {kind !== "raw" && <QueueChoice value={wait} onChange={setWait} />}
            </Alert>
          )}
          <CommandFields station={station} kind={kind} form={form} />
          <Consequence station={station} kind={kind} values={form.values} />
          {progress && <Steps progress={progress} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {progress ? t("form.close") : t("form.cancel")}
            </Button>
            <Button
              type="submit"
              loading={progress?.step === "sent"}
              color={DANGEROUS.includes(kind) ? "red" : undefined}
            >
              {progress ? t("command.again") : t("command.send")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
