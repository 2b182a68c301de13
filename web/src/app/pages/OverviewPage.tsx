// Overview, with the sessions' own table for the recent ones.
import { useTranslation } from "react-i18next";
import { OverviewScreen } from "@/features/overview/OverviewScreen";
import { SessionTable } from "@/features/sessions/SessionTable";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { Panel } from "@/ui/Panel";

export function OverviewPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("overview.title")}>
      <OverviewScreen
        recent={(sessions) => (
          <Panel
            title={t("overview.recent")}
            aside={<RouteLink to="/sessions">{t("overview.allSessions")}</RouteLink>}
          >
            <SessionTable list={{ items: sessions, loading: false, error: null }} plain />
          </Panel>
        )}
      />
    </Page>
  );
}
