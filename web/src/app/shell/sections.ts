// The sections of the application: only those that exist.
import {
  type Icon,
  IconBolt,
  IconChargingPile,
  IconHelpHexagon,
  IconKey,
  IconLayoutDashboard,
  IconMapPin,
  IconSettings,
} from "@tabler/icons-react";

export interface Section {
  to: "/" | "/chargers" | "/chargers/unknown" | "/sessions" | "/sites" | "/charge-keys" | "/settings";
  /** Key of its name in the locale. */
  name: string;
  icon: Icon;
}

export const SECTIONS: Section[] = [
  { to: "/", name: "nav.overview", icon: IconLayoutDashboard },
  { to: "/chargers", name: "nav.chargers", icon: IconChargingPile },
  { to: "/chargers/unknown", name: "nav.unknown", icon: IconHelpHexagon },
  { to: "/sessions", name: "nav.sessions", icon: IconBolt },
  { to: "/sites", name: "nav.sites", icon: IconMapPin },
  { to: "/charge-keys", name: "nav.chargeKeys", icon: IconKey },
  { to: "/settings", name: "nav.settings", icon: IconSettings },
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
