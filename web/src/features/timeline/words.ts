// What a line of the timeline says, and how it looks. Pure.
import {
  type Icon,
  IconAlertTriangle,
  IconArrowsExchange,
  IconBolt,
  IconBoltOff,
  IconCloud,
  IconCloudOff,
  IconCreditCard,
  IconDoorOff,
  IconPencil,
  IconPower,
  IconSend,
  IconShield,
} from "@tabler/icons-react";
import type { TimelineLine } from "@/api/types";
import type { Tone } from "@/ui/status";

interface Look {
  icon: Icon;
  tone: Tone;
}

const LOOKS: Record<string, Look> = {
  connected: { icon: IconCloud, tone: "green" },
  disconnected: { icon: IconCloudOff, tone: "grey" },
  booted: { icon: IconPower, tone: "blue" },
  status: { icon: IconArrowsExchange, tone: "teal" },
  session_started: { icon: IconBolt, tone: "blue" },
  session_ended: { icon: IconBoltOff, tone: "cyan" },
  authorised: { icon: IconCreditCard, tone: "indigo" },
  command: { icon: IconSend, tone: "violet" },
  fault_opened: { icon: IconAlertTriangle, tone: "red" },
  security: { icon: IconShield, tone: "amber" },
  change: { icon: IconPencil, tone: "grey" },
  refused: { icon: IconDoorOff, tone: "red" },
};

export const lookOfLine = (line: TimelineLine): Look =>
  LOOKS[line.kind] ?? { icon: IconArrowsExchange, tone: "grey" };

/** A member of what a line tells, as text. */
export function told(line: TimelineLine, name: string): string {
  const value = line.detail?.[name];
  return value === null || value === undefined ? "" : String(value);
}

/** `name: before → after` of what a person changed. */
export function differences(line: TimelineLine): string[] {
  const side = (name: "before" | "after") => (line.detail?.[name] ?? {}) as Record<string, unknown>;
  const [before, after] = [side("before"), side("after")];
  const shown = (value: unknown) =>
    value === null || value === undefined
      ? "—"
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.map((name) =>
    name in before
      ? `${name}: ${shown(before[name])} → ${shown(after[name])}`
      : `${name}: ${shown(after[name])}`,
  );
}
