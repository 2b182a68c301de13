// The commands one can send: their icon, the fields they ask for, and what is built from these. Pure.
import {
  type Icon,
  IconBolt,
  IconBroadcast,
  IconDatabaseOff,
  IconEdit,
  IconListDetails,
  IconLockOpen2,
  IconPlayerStop,
  IconPower,
  IconRefresh,
  IconSend,
  IconTerminal2,
  IconZoomScan,
} from "@tabler/icons-react";
import type { CommandRequest } from "@/api/types";

export type CommandKind =
  | "start_session"
  | "stop_session"
  | "reset"
  | "unlock"
  | "set_availability"
  | "trigger"
  | "read_variables"
  | "write_variable"
  | "read_inventory"
  | "clear_cache"
  | "data_transfer"
  | "raw";

export const ICONS: Record<CommandKind, Icon> = {
  start_session: IconBolt,
  stop_session: IconPlayerStop,
  reset: IconRefresh,
  unlock: IconLockOpen2,
  set_availability: IconPower,
  trigger: IconBroadcast,
  read_variables: IconZoomScan,
  write_variable: IconEdit,
  read_inventory: IconListDetails,
  clear_cache: IconDatabaseOff,
  data_transfer: IconSend,
  raw: IconTerminal2,
};

/** The menu's groups, most used first. */
export const GROUPS: CommandKind[][] = [
  ["start_session", "stop_session", "unlock"],
  ["reset", "set_availability", "trigger"],
  ["read_variables", "write_variable", "read_inventory", "clear_cache"],
  ["data_transfer", "raw"],
];

export const TRIGGERS = [
  "boot_notification",
  "status_notification",
  "heartbeat",
  "meter_values",
  "transaction_event",
  "firmware_status",
  "log_status",
];

export interface CommandValues extends Record<string, unknown> {
  evse: string;
  idToken: string;
  session: string;
  reset: "soft" | "hard";
  operative: "yes" | "no";
  trigger: string;
  component: string;
  name: string;
  value: string;
  vendor: string;
  message: string;
  data: string;
  action: string;
  payload: string;
}

export const EMPTY: CommandValues = {
  evse: "",
  idToken: "",
  session: "",
  reset: "soft",
  operative: "no",
  trigger: "status_notification",
  component: "",
  name: "",
  value: "",
  vendor: "",
  message: "",
  data: "",
  action: "",
  payload: "{}",
};

/** Fields that must be filled for a command. */
export function missing(kind: CommandKind, values: CommandValues): (keyof CommandValues)[] {
  const needed: Partial<Record<CommandKind, (keyof CommandValues)[]>> = {
    start_session: ["idToken"],
    stop_session: ["session"],
    unlock: ["evse"],
    write_variable: ["name"],
    data_transfer: ["vendor"],
    raw: ["action"],
  };
  return (needed[kind] ?? []).filter((field) => !String(values[field]).trim());
}

const text = (value: string): string | undefined => value.trim() || undefined;

/** The body of a command; `raw` is a call of its own and has none. */
export function requestOf(kind: Exclude<CommandKind, "raw">, values: CommandValues): CommandRequest {
  const evse = values.evse ? Number(values.evse) : undefined;
  switch (kind) {
    case "start_session":
      return { command: kind, evse, id_token: values.idToken.trim() };
    case "stop_session":
      return { command: kind, session_id: values.session };
    case "reset":
      return { command: kind, kind: values.reset, evse };
    case "unlock":
      return { command: kind, evse: evse ?? 1 };
    case "set_availability":
      return { command: kind, operative: values.operative === "yes", evse };
    case "trigger":
      return { command: kind, message: values.trigger, evse };
    case "read_variables": {
      const name = text(values.name);
      return name
        ? { command: kind, variables: [{ component: text(values.component), name }] }
        : { command: kind };
    }
    case "write_variable":
      return {
        command: kind,
        component: text(values.component),
        name: values.name.trim(),
        value: values.value,
      };
    case "read_inventory":
    case "clear_cache":
      return { command: kind };
    case "data_transfer":
      return {
        command: kind,
        vendor: values.vendor.trim(),
        message: text(values.message),
        data: values.data || undefined,
      };
  }
}
