// How one command ended, in a line: the charger's own word and what it means.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Command } from "@/api/types";
import { ToneBadge } from "./StatusBadge";
import type { Tone } from "./status";
import { Outside } from "./Values";

const TONES: Record<string, Tone> = {
  accepted: "green",
  queued: "blue",
  refused: "amber",
  error: "red",
  timeout: "red",
};

/** The outcome of a command, or where it stands while it has none. */
export function OutcomeBadge({ command }: { command: Pick<Command, "outcome" | "state"> }) {
  const { t } = useTranslation();
  const word = command.outcome ?? command.state;
  return (
    <ToneBadge tone={TONES[word] ?? "grey"}>{t(`command.outcome.${word}`, { defaultValue: word })}</ToneBadge>
  );
}

export function CommandAnswer({ command }: { command: Command }) {
  return (
    <Text size="sm" role="status" component="div">
      <OutcomeBadge command={command} /> {command.status && <Outside text={command.status} mono />}{" "}
      {command.detail && <Outside text={command.detail} />}
    </Text>
  );
}
