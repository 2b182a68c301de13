// The sections of the application: only those that exist.

import {
  type Icon,
  IconAlertTriangle,
  IconBell,
  IconBolt,
  IconBook2,
  IconBuilding,
  IconCalendarEvent,
  IconCar,
  IconChargingPile,
  IconChartHistogram,
  IconClockBolt,
  IconCloudDownload,
  IconCreditCard,
  IconFileInvoice,
  IconHelpHexagon,
  IconHistory,
  IconHourglassHigh,
  IconId,
  IconKey,
  IconLayoutDashboard,
  IconLockAccess,
  IconMapPin,
  IconPlugConnected,
  IconReceipt2,
  IconRepeat,
  IconReportMoney,
  IconSettings,
  IconShieldLock,
  IconTicket,
  IconTopologyStar3,
  IconUsers,
  IconWallet,
} from "@tabler/icons-react";
import type { Right } from "@/api/types";

/** Parts of the navigation, in order. */
export const GROUPS = [
  "overview",
  "network",
  "sessions",
  "diagnostics",
  "access",
  "money",
  "organisation",
  "support",
] as const;
export type Group = (typeof GROUPS)[number];

export interface Section {
  to:
    | "/"
    | "/chargers"
    | "/chargers/unknown"
    | "/sessions"
    | "/bookings"
    | "/sites"
    | "/faults"
    | "/issues"
    | "/alerts"
    | "/organisation"
    | "/handbook"
    | "/drivers"
    | "/fleet"
    | "/subscriptions"
    | "/fleet-cards"
    | "/charge-keys"
    | "/tariffs"
    | "/electricity"
    | "/idle-fees"
    | "/load-balancing"
    | "/charging-hours"
    | "/access-profiles"
    | "/revenue"
    | "/wallets"
    | "/invoices"
    | "/security"
    | "/firmware"
    | "/settings"
    | "/operators"
    | "/api-keys"
    | "/audit";
  /** Key of its name in the locale. */
  name: string;
  icon: Icon;
  /** The part of the navigation it stands in; the word is in the locale. */
  group: Group;
  /** What one must be allowed to see it. */
  right: Right;
}

export const SECTIONS: Section[] = [
  { to: "/", name: "nav.overview", icon: IconLayoutDashboard, group: "overview", right: "read" },
  { to: "/sites", name: "nav.sites", icon: IconMapPin, group: "network", right: "read" },
  { to: "/chargers", name: "nav.chargers", icon: IconChargingPile, group: "network", right: "read" },
  { to: "/chargers/unknown", name: "nav.unknown", icon: IconHelpHexagon, group: "network", right: "read" },
  {
    to: "/load-balancing",
    name: "nav.loadBalancing",
    icon: IconTopologyStar3,
    group: "network",
    right: "read",
  },
  { to: "/charging-hours", name: "nav.chargingHours", icon: IconClockBolt, group: "network", right: "read" },
  { to: "/firmware", name: "nav.firmware", icon: IconCloudDownload, group: "network", right: "read" },
  { to: "/security", name: "nav.security", icon: IconShieldLock, group: "network", right: "read" },
  { to: "/sessions", name: "nav.sessions", icon: IconBolt, group: "sessions", right: "sessions_read" },
  {
    to: "/bookings",
    name: "nav.bookings",
    icon: IconCalendarEvent,
    group: "sessions",
    right: "sessions_read",
  },
  { to: "/faults", name: "nav.faults", icon: IconAlertTriangle, group: "diagnostics", right: "read" },
  { to: "/alerts", name: "nav.alerts", icon: IconBell, group: "diagnostics", right: "read" },
  { to: "/issues", name: "nav.issues", icon: IconTicket, group: "diagnostics", right: "issues" },
  { to: "/drivers", name: "nav.drivers", icon: IconId, group: "access", right: "drivers_read" },
  { to: "/charge-keys", name: "nav.chargeKeys", icon: IconKey, group: "access", right: "tokens_read" },
  { to: "/fleet", name: "nav.fleet", icon: IconCar, group: "access", right: "drivers_read" },
  {
    to: "/access-profiles",
    name: "nav.accessProfiles",
    icon: IconLockAccess,
    group: "access",
    right: "read",
  },
  {
    to: "/fleet-cards",
    name: "nav.fleetCards",
    icon: IconCreditCard,
    group: "access",
    right: "drivers_read",
  },
  { to: "/tariffs", name: "nav.tariffs", icon: IconReceipt2, group: "access", right: "read" },
  {
    to: "/subscriptions",
    name: "nav.subscriptions",
    icon: IconRepeat,
    group: "access",
    right: "drivers_read",
  },
  { to: "/electricity", name: "electricity.title", icon: IconChartHistogram, group: "access", right: "read" },
  { to: "/idle-fees", name: "nav.idleFees", icon: IconHourglassHigh, group: "access", right: "read" },
  { to: "/revenue", name: "nav.revenue", icon: IconReportMoney, group: "money", right: "revenue" },
  { to: "/invoices", name: "nav.invoices", icon: IconFileInvoice, group: "money", right: "revenue" },
  { to: "/wallets", name: "nav.wallets", icon: IconWallet, group: "money", right: "revenue" },
  {
    to: "/organisation",
    name: "nav.organisation",
    icon: IconBuilding,
    group: "organisation",
    right: "organisation",
  },
  { to: "/operators", name: "nav.operators", icon: IconUsers, group: "organisation", right: "operators" },
  {
    to: "/api-keys",
    name: "nav.apiKeys",
    icon: IconPlugConnected,
    group: "organisation",
    right: "integrations",
  },
  { to: "/audit", name: "nav.audit", icon: IconHistory, group: "organisation", right: "audit" },
  { to: "/settings", name: "nav.settings", icon: IconSettings, group: "organisation", right: "read" },
  { to: "/handbook", name: "nav.handbook", icon: IconBook2, group: "support", right: "read" },
];

/** The ones in the bottom bar of a phone; the rest is in its sheet. */
export const ON_PHONE = ["/", "/chargers", "/sessions", "/sites"];

/** The section that an address belongs to: the longest that it starts with; some pages belong to none. */
export function sectionOf(path: string): Section["to"] | undefined {
  const found = SECTIONS.map((each) => each.to)
    .filter((to) => (to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`)))
    .sort((a, b) => b.length - a.length);
  return found[0];
}

export const sectionsFor = (rights: Right[]): Section[] =>
  SECTIONS.filter((each) => rights.includes(each.right));
