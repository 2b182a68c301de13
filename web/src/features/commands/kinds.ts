// The commands one can send: their icon, the fields they ask for, and what is built from these. Pure.
import {
  type Icon,
  IconBan,
  IconBolt,
  IconBroadcast,
  IconCloudDownload,
  IconCreditCardOff,
  IconDatabaseOff,
  IconEdit,
  IconGauge,
  IconGaugeOff,
  IconListDetails,
  IconLockOpen2,
  IconPlayerStop,
  IconPlugConnected,
  IconRefresh,
  IconRefreshAlert,
  IconSend,
  IconTerminal2,
  IconZoomScan,
} from "@tabler/icons-react";
import type { CommandRequest } from "@/api/types";

/** As operators choose them; several are one command of the server with a member filled in. */
export type CommandKind =
  | "start_session"
  | "stop_session"
  | "soft_reset"
  | "hard_reset"
  | "unlock"
  | "write_variable"
  | "update_firmware"
  | "max_profile"
  | "clear_schedule"
  | "set_available"
  | "set_unavailable"
  | "clear_local_list"
  | "trigger"
  | "read_variables"
  | "read_inventory"
  | "clear_cache"
  | "data_transfer"
  | "raw";

export const ICONS: Record<CommandKind, Icon> = {
  start_session: IconBolt,
  stop_session: IconPlayerStop,
  soft_reset: IconRefresh,
  hard_reset: IconRefreshAlert,
  unlock: IconLockOpen2,
  write_variable: IconEdit,
  update_firmware: IconCloudDownload,
  max_profile: IconGauge,
  clear_schedule: IconGaugeOff,
  set_available: IconPlugConnected,
  set_unavailable: IconBan,
  clear_local_list: IconCreditCardOff,
  trigger: IconBroadcast,
  read_variables: IconZoomScan,
  read_inventory: IconListDetails,
  clear_cache: IconDatabaseOff,
  data_transfer: IconSend,
  raw: IconTerminal2,
};

/** The menu's groups, most used first. */
export const GROUPS: CommandKind[][] = [
  ["start_session", "stop_session", "unlock"],
  ["soft_reset", "hard_reset", "set_available", "set_unavailable"],
  ["write_variable", "update_firmware", "max_profile", "clear_schedule", "clear_local_list"],
  ["trigger", "read_variables", "read_inventory", "clear_cache", "data_transfer", "raw"],
];

/** Those that mean the same at every charger. */
export const BULK_KINDS: CommandKind[] = [
  "soft_reset",
  "hard_reset",
  "set_available",
  "set_unavailable",
  "write_variable",
  "update_firmware",
  "clear_schedule",
  "clear_local_list",
  "trigger",
  "read_variables",
  "read_inventory",
  "clear_cache",
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

/** Number of the profile that lifts every limit; sent again, it replaces itself. */
const MAX_PROFILE = 900_001;

export interface CommandValues extends Record<string, unknown> {
  evse: string;
  idToken: string;
  session: string;
  location: string;
  /** Kilowatts over all phases, or amperes per phase. */
  limit: number | string;
  unit: "W" | "A";
  /** A moment as a text; empty: until something else is sent. */
  until: string;
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
  location: "",
  limit: 32,
  unit: "A",
  until: "",
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
    update_firmware: ["location"],
    max_profile: ["limit"],
    data_transfer: ["vendor"],
    raw: ["action"],
  };
  return (needed[kind] ?? []).filter((field) => !String(values[field]).trim());
}

const text = (value: string): string | undefined => value.trim() || undefined;

/** The highest rate from now on. Its end is said twice: some chargers heed only the profile's, some only the schedule's. */
function maxProfile(evse: number | undefined, values: CommandValues, now: number): CommandRequest {
  const end = values.until ? Date.parse(values.until) : undefined;
  return {
    command: "set_charging_profile",
    evse,
    profile: {
      id: MAX_PROFILE,
      stack_level: 0,
      purpose: evse === undefined ? "station_max" : "default",
      kind: "absolute",
      ...(end === undefined ? {} : { valid_to: new Date(end).toISOString() }),
      schedules: [
        {
          unit: values.unit === "W" ? "watts" : "milli_amps",
          starts_at: new Date(now).toISOString(),
          ...(end === undefined ? {} : { duration_s: Math.max(1, Math.round((end - now) / 1_000)) }),
          // Kilowatts and amperes are typed; watts and milliamperes are sent.
          periods: [{ start_s: 0, limit: Math.round(Number(values.limit) * 1_000) }],
        },
      ],
    },
  };
}

/** An end that is not ahead ends nothing. */
export const isPast = (values: CommandValues): boolean =>
  values.until !== "" && !(Date.parse(values.until) > Date.now());

/** The body of a command; `raw` is a call of its own and has none. */
export function requestOf(kind: Exclude<CommandKind, "raw">, values: CommandValues): CommandRequest {
  const evse = values.evse ? Number(values.evse) : undefined;
  switch (kind) {
    case "start_session":
      return { command: kind, evse, id_token: values.idToken.trim() };
    case "stop_session":
      return { command: kind, session_id: values.session };
    case "soft_reset":
    case "hard_reset":
      return { command: "reset", kind: kind === "soft_reset" ? "soft" : "hard", evse };
    case "unlock":
      return { command: kind, evse: evse ?? 1 };
    case "set_available":
    case "set_unavailable":
      return { command: "set_availability", operative: kind === "set_available", evse };
    case "update_firmware":
      return {
        command: kind,
        request_id: 0,
        location: values.location.trim(),
        retrieve_at: new Date().toISOString(),
      };
    case "max_profile":
      return maxProfile(evse, values, Date.now());
    case "clear_schedule":
      return { command: "clear_charging_profiles", evse };
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
    case "clear_local_list":
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
