// Which colour and icon a status has. Words come from the locale; an unknown status is shown by its own name.
import {
  type Icon,
  IconAlertTriangle,
  IconBan,
  IconBolt,
  IconCar,
  IconChargingPile,
  IconClock,
  IconCloudOff,
  IconFlag,
  IconHelp,
  IconPlug,
  IconPlugConnected,
} from "@tabler/icons-react";

export type Tone = "green" | "teal" | "blue" | "amber" | "violet" | "cyan" | "indigo" | "grey" | "red";

export interface StatusLook {
  tone: Tone;
  icon: Icon;
  outline?: boolean;
}

const LOOKS: Record<string, StatusLook> = {
  Available: { tone: "green", icon: IconPlug },
  Preparing: { tone: "teal", icon: IconPlugConnected },
  Charging: { tone: "blue", icon: IconBolt },
  SuspendedEV: { tone: "amber", icon: IconCar, outline: true },
  SuspendedEVSE: { tone: "violet", icon: IconChargingPile, outline: true },
  Finishing: { tone: "cyan", icon: IconFlag },
  Reserved: { tone: "indigo", icon: IconClock },
  Unavailable: { tone: "grey", icon: IconBan },
  Faulted: { tone: "red", icon: IconAlertTriangle },
  Occupied: { tone: "teal", icon: IconPlugConnected },
  Offline: { tone: "grey", icon: IconCloudOff },
  Unknown: { tone: "grey", icon: IconHelp, outline: true },
};

const UNKNOWN: StatusLook = { tone: "grey", icon: IconHelp, outline: true };

export const lookOf = (status: string): StatusLook => LOOKS[status] ?? UNKNOWN;

/** The order in which statuses are listed: what works, what is being used, what is not. */
export const STATUS_ORDER = [
  "Charging",
  "Preparing",
  "Occupied",
  "SuspendedEV",
  "SuspendedEVSE",
  "Finishing",
  "Reserved",
  "Available",
  "Unavailable",
  "Faulted",
  "Offline",
  "Unknown",
] as const;
