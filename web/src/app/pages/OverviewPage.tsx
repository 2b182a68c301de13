// The dashboard, with the sessions' own table for the recent ones.
import { useTranslation } from "react-i18next";
import { Checklist } from "@/features/dashboard/Checklist";
import { DashboardScreen, useDashboardState } from "@/features/dashboard/DashboardScreen";
import { ReportMenu } from "@/features/reports/ReportMenu";
import { Schedules } from "@/features/reports/Schedules";
import { SessionTable } from "@/features/sessions/SessionTable";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { Panel } from "@/ui/Panel";

export function OverviewPage() {
  const { t } = useTranslation();
  const { url, range, tab, mayReport } = useDashboardState();
  return (
    <Page
      title={t("overview.title")}
      actions={
        mayReport && (
          <>
            <Schedules tab={tab} site={url.site} />
            <ReportMenu tab={tab} range={range} site={url.site} />
          </>
        )
      }
    >
      <DashboardScreen
        checklist={(overview) => <Checklist overview={overview} />}
        recent={(overview) => (
          <Panel
            title={t("overview.recent")}
            aside={<RouteLink to="/sessions">{t("overview.allSessions")}</RouteLink>}
          >
            <SessionTable list={{ items: overview.recent_sessions, loading: false, error: null }} plain />
          </Panel>
        )}
      />
    </Page>
  );
}
