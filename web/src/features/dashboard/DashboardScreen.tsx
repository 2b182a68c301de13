// The dashboard: five tabs over the same days, the tab and the days in the address.
import { SimpleGrid, Skeleton, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { overviewOptions } from "@/api/lookups";
import type { Overview } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { Failure } from "@/ui/Failure";
import { currenciesOf } from "./figures";
import { OverviewTab } from "./OverviewTab";
import { PeriodBar } from "./PeriodBar";
import { comparedWith, periodFrom, type Range } from "./period";
import { type Dashboard, useDashboard } from "./queries";

const RevenueTab = lazy(() => import("./RevenueTab").then((m) => ({ default: m.RevenueTab })));
const UtilisationTab = lazy(() => import("./UtilisationTab").then((m) => ({ default: m.UtilisationTab })));
const SustainabilityTab = lazy(() =>
  import("./SustainabilityTab").then((m) => ({ default: m.SustainabilityTab })),
);
const PerformanceTab = lazy(() => import("./PerformanceTab").then((m) => ({ default: m.PerformanceTab })));

export const TABS = ["overview", "revenue", "utilisation", "sustainability", "performance"] as const;
export type Tab = (typeof TABS)[number];

/** What every tab is given. */
export interface TabProps {
  now: Dashboard;
  before?: Dashboard;
  range: Range;
  site?: string;
  currency?: string;
}

/** The day that a place's calendar shows now. */
const todayIn = (zone: string) => new Date().toLocaleDateString("sv", { timeZone: zone });

/** Tab and days as the address has them; for what stands beside the screen too. */
export function useDashboardState() {
  const [url, set] = useUrlState();
  // Figures are by the organisation's days, whatever zone one reads times in.
  const zone = useLogin().organisation.time_zone;
  const today = todayIn(zone);
  const { kind, range } = periodFrom(url, today);
  const mayReport = useMay("reports");
  const tabs = TABS.filter((tab) => mayReport || tab === "overview" || tab === "utilisation");
  const tab = tabs.find((each) => each === url.tab) ?? "overview";
  const compared = url.compare === "0" ? null : comparedWith(kind, range, today);
  return { url, set, today, kind, range, compared, tab, tabs, mayReport };
}

function Waiting() {
  return (
    <Stack aria-busy="true">
      <SimpleGrid cols={{ base: 2, md: 3, xl: 6 }} spacing="sm">
        {["a", "b", "c", "d", "e", "f"].map((each) => (
          <Skeleton key={each} height={104} />
        ))}
      </SimpleGrid>
      <Skeleton height={260} />
    </Stack>
  );
}

interface DashboardScreenProps {
  /** Draws the newest sessions: they belong to another feature. */
  recent: (overview: Overview) => ReactNode;
  /** What an empty account does first. */
  checklist: (overview: Overview) => ReactNode;
}

export function DashboardScreen({ recent, checklist }: DashboardScreenProps) {
  const { t } = useTranslation();
  const { url, set, today, kind, range, compared, tab, tabs } = useDashboardState();
  const overview = useQuery(overviewOptions);
  const now = useDashboard(range, url.site);
  const before = useDashboard(compared, url.site);
  const failed = now.error ?? overview.error;
  const retry = () => {
    void now.refetch();
    void overview.refetch();
  };
  const currencies = currenciesOf([now.data?.total]);
  const currency = currencies.find((each) => each === url.currency) ?? currencies[0];
  const props: TabProps | null = now.data
    ? { now: now.data, before: compared ? before.data : undefined, range, site: url.site, currency }
    : null;
  return (
    <Stack gap="sm">
      {overview.data && checklist(overview.data)}
      <PeriodBar kind={kind} range={range} today={today} />
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "overview" ? undefined : (next ?? undefined) })}
      >
        <Tabs.List mb="sm" style={{ flexWrap: "nowrap", overflowX: "auto" }}>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`dashboard.tab.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((each) => (
          <Tabs.Panel key={each} value={each}>
            {each === tab &&
              (props && overview.data ? (
                <Suspense fallback={<Waiting />}>
                  {tab === "overview" && (
                    <OverviewTab {...props} overview={overview.data} recent={recent(overview.data)} />
                  )}
                  {tab === "revenue" && <RevenueTab {...props} currencies={currencies} />}
                  {tab === "utilisation" && <UtilisationTab {...props} />}
                  {tab === "sustainability" && <SustainabilityTab {...props} />}
                  {tab === "performance" && <PerformanceTab {...props} />}
                </Suspense>
              ) : failed ? (
                <Failure error={failed} retry={retry} />
              ) : (
                <Waiting />
              ))}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
