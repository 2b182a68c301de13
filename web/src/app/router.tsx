// Which address shows which page. Pages come when they are asked for.
import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { parseSearch, type UrlValues, writeSearch } from "@/lib/urlState";
import { NotFound, PageFailed, PageWaiting } from "./fallbacks";
import { Root } from "./Root";
import { screen } from "./screen";

const root = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  validateSearch: (search: Record<string, unknown>): UrlValues => search as UrlValues,
});

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: screen(() => import("./pages/OverviewPage"), "OverviewPage"),
});
const chargers = createRoute({
  getParentRoute: () => root,
  path: "/chargers",
  component: screen(() => import("./pages/ChargersPage"), "ChargersPage"),
});
const unknown = createRoute({
  getParentRoute: () => root,
  path: "/chargers/unknown",
  component: screen(() => import("./pages/UnknownPage"), "UnknownPage"),
});
const charger = createRoute({
  getParentRoute: () => root,
  path: "/chargers/$id",
  component: screen(() => import("./pages/ChargerPage"), "ChargerPage"),
});
const bulkJobs = createRoute({
  getParentRoute: () => root,
  path: "/bulk",
  component: screen(() => import("./pages/BulkPage"), "BulkJobsPage"),
});
const bulkJob = createRoute({
  getParentRoute: () => root,
  path: "/bulk/$id",
  component: screen(() => import("./pages/BulkPage"), "BulkJobPage"),
});
const sessions = createRoute({
  getParentRoute: () => root,
  path: "/sessions",
  component: screen(() => import("./pages/SessionsPage"), "SessionsPage"),
});
const bookings = createRoute({
  getParentRoute: () => root,
  path: "/bookings",
  component: screen(() => import("./pages/BookingsPage"), "BookingsPage"),
});
const session = createRoute({
  getParentRoute: () => root,
  path: "/sessions/$id",
  component: screen(() => import("./pages/SessionPage"), "SessionPage"),
});
const sites = createRoute({
  getParentRoute: () => root,
  path: "/sites",
  component: screen(() => import("./pages/SitesPage"), "SitesPage"),
});
const site = createRoute({
  getParentRoute: () => root,
  path: "/sites/$id",
  component: screen(() => import("./pages/SitePage"), "SitePage"),
});
const faults = createRoute({
  getParentRoute: () => root,
  path: "/faults",
  component: screen(() => import("./pages/FaultsPage"), "FaultsPage"),
});
const issues = createRoute({
  getParentRoute: () => root,
  path: "/issues",
  component: screen(() => import("./pages/IssuesPage"), "IssuesPage"),
});
const issue = createRoute({
  getParentRoute: () => root,
  path: "/issues/$id",
  component: screen(() => import("./pages/IssuePage"), "IssuePage"),
});
const alerts = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  component: screen(() => import("./pages/AlertsPage"), "AlertsPage"),
});
const organisation = createRoute({
  getParentRoute: () => root,
  path: "/organisation",
  component: screen(() => import("./pages/OrganisationPage"), "OrganisationPage"),
});
const gettingStarted = createRoute({
  getParentRoute: () => root,
  path: "/getting-started",
  component: screen(() => import("./pages/GettingStartedPage"), "GettingStartedPage"),
});
const handbook = createRoute({
  getParentRoute: () => root,
  path: "/handbook",
  component: screen(() => import("./pages/HandbookPage"), "HandbookPage"),
});
const handbookPage = createRoute({
  getParentRoute: () => root,
  path: "/handbook/$slug",
  component: screen(() => import("./pages/HandbookPage"), "HandbookPage"),
});
const drivers = createRoute({
  getParentRoute: () => root,
  path: "/drivers",
  component: screen(() => import("./pages/DriversPage"), "DriversPage"),
});
const driver = createRoute({
  getParentRoute: () => root,
  path: "/drivers/$id",
  component: screen(() => import("./pages/DriverPage"), "DriverPage"),
});
const fleet = createRoute({
  getParentRoute: () => root,
  path: "/fleet",
  component: screen(() => import("./pages/FleetPage"), "FleetPage"),
});
const subscriptions = createRoute({
  getParentRoute: () => root,
  path: "/subscriptions",
  component: screen(() => import("./pages/SubscriptionsPage"), "SubscriptionsPage"),
});
const fleetCards = createRoute({
  getParentRoute: () => root,
  path: "/fleet-cards",
  component: screen(() => import("./pages/FleetCardsPage"), "FleetCardsPage"),
});
const chargeKeys = createRoute({
  getParentRoute: () => root,
  path: "/charge-keys",
  component: screen(() => import("./pages/ChargeKeysPage"), "ChargeKeysPage"),
});
const security = createRoute({
  getParentRoute: () => root,
  path: "/security",
  component: screen(() => import("./pages/SecurityPage"), "SecurityPage"),
});
const firmware = createRoute({
  getParentRoute: () => root,
  path: "/firmware",
  component: screen(() => import("./pages/FirmwarePage"), "FirmwarePage"),
});
const tariffs = createRoute({
  getParentRoute: () => root,
  path: "/tariffs",
  component: screen(() => import("./pages/TariffsPage"), "TariffsPage"),
});
const tariff = createRoute({
  getParentRoute: () => root,
  path: "/tariffs/$id",
  component: screen(() => import("./pages/TariffPage"), "TariffPage"),
});
const electricity = createRoute({
  getParentRoute: () => root,
  path: "/electricity",
  component: screen(() => import("./pages/ElectricityPage"), "ElectricityPage"),
});
const revenue = createRoute({
  getParentRoute: () => root,
  path: "/revenue",
  component: screen(() => import("./pages/RevenuePage"), "RevenuePage"),
});
const invoices = createRoute({
  getParentRoute: () => root,
  path: "/invoices",
  component: screen(() => import("./pages/InvoicesPage"), "InvoicesPage"),
});
const invoice = createRoute({
  getParentRoute: () => root,
  path: "/invoices/$id",
  component: screen(() => import("./pages/InvoicesPage"), "InvoicePage"),
});
const wallets = createRoute({
  getParentRoute: () => root,
  path: "/wallets",
  component: screen(() => import("./pages/WalletsPage"), "WalletsPage"),
});
const idleFees = createRoute({
  getParentRoute: () => root,
  path: "/idle-fees",
  component: screen(() => import("./pages/IdleFeesPage"), "IdleFeesPage"),
});
const loadBalancing = createRoute({
  getParentRoute: () => root,
  path: "/load-balancing",
  component: screen(() => import("./pages/LoadBalancingPage"), "LoadBalancingPage"),
});
const chargingHours = createRoute({
  getParentRoute: () => root,
  path: "/charging-hours",
  component: screen(() => import("./pages/ChargingHoursPage"), "ChargingHoursPage"),
});
const zone = createRoute({
  getParentRoute: () => root,
  path: "/load-balancing/$id",
  component: screen(() => import("./pages/LoadBalancingPage"), "ZonePage"),
});
const zoneTrial = createRoute({
  getParentRoute: () => root,
  path: "/load-balancing/$id/trial",
  component: screen(() => import("./pages/ZoneTrialPage"), "ZoneTrialPage"),
});
const accessProfiles = createRoute({
  getParentRoute: () => root,
  path: "/access-profiles",
  component: screen(() => import("./pages/AccessProfilesPage"), "AccessProfilesPage"),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: screen(() => import("./pages/SettingsPage"), "SettingsPage"),
});

const operators = createRoute({
  getParentRoute: () => root,
  path: "/operators",
  component: screen(() => import("./pages/OperatorsPage"), "OperatorsPage"),
});
const apiKeys = createRoute({
  getParentRoute: () => root,
  path: "/api-keys",
  component: screen(() => import("./pages/ApiKeysPage"), "ApiKeysPage"),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  component: screen(() => import("./pages/AuditPage"), "AuditPage"),
});
const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  component: screen(() => import("./pages/AccountPage"), "AccountPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    chargers,
    unknown,
    charger,
    bulkJobs,
    bulkJob,
    sessions,
    session,
    bookings,
    sites,
    site,
    faults,
    issues,
    issue,
    alerts,
    organisation,
    gettingStarted,
    handbook,
    handbookPage,
    drivers,
    driver,
    fleet,
    subscriptions,
    fleetCards,
    chargeKeys,
    tariffs,
    electricity,
    revenue,
    wallets,
    invoices,
    invoice,
    tariff,
    idleFees,
    accessProfiles,
    loadBalancing,
    chargingHours,
    zone,
    zoneTrial,
    security,
    firmware,
    settings,
    operators,
    apiKeys,
    audit,
    account,
  ]),
  parseSearch,
  stringifySearch: (values) => writeSearch(values as UrlValues),
  defaultPreload: "intent",
  defaultPendingComponent: PageWaiting,
  defaultErrorComponent: PageFailed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
