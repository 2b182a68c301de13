// The sections of the application: only those that exist.

import {
  type Icon,
  IconBolt,
  IconChargingPile,
  IconCloudDownload,
  IconHelpHexagon,
  IconKey,
  IconLayoutDashboard,
  IconMapPin,
  IconSettings,
  IconShieldLock,
} from "@tabler/icons-react";
import type { Right } from "@/api/types";

export interface Section {
  to:
    | "/"
    | "/chargers"
    | "/chargers/unknown"
    | "/sessions"
    | "/sites"
    | "/charge-keys"
    | "/security"
    | "/firmware"
    | "/settings";
  /** Key of its name in the locale. */
  name: string;
  icon: Icon;
  /** What one must be allowed to see it. */
  right: Right;
}

export const SECTIONS: Section[] = [
  { to: "/", name: "nav.overview", icon: IconLayoutDashboard, right: "read" },
  { to: "/chargers", name: "nav.chargers", icon: IconChargingPile, right: "read" },
  { to: "/chargers/unknown", name: "nav.unknown", icon: IconHelpHexagon, right: "read" },
  { to: "/sessions", name: "nav.sessions", icon: IconBolt, right: "read" },
  { to: "/sites", name: "nav.sites", icon: IconMapPin, right: "read" },
  { to: "/charge-keys", name: "nav.chargeKeys", icon: IconKey, right: "tokens" },
  { to: "/security", name: "nav.security", icon: IconShieldLock, right: "read" },
  { to: "/firmware", name: "nav.firmware", icon: IconCloudDownload, right: "read" },
  { to: "/settings", name: "nav.settings", icon: IconSettings, right: "read" },
];

/** The ones in the bottom bar of a phone; the rest is in its sheet. */
export const ON_PHONE = ["/", "/chargers", "/sessions", "/sites"];

/** The section that an address belongs to: the longest that it starts with. */
export function sectionOf(path: string): Section["to"] {
  const found = SECTIONS.map((each) => each.to)
    .filter((to) => (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`)))
    .sort((a, b) => b.length - a.length);
  return found[0] ?? "/";
}

export const sectionsFor = (rights: Right[]): Section[] =>
  SECTIONS.filter((each) => rights.includes(each.right));
