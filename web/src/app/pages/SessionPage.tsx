// One session.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { sessionOptions } from "@/api/lookups";
import { SessionActions } from "@/features/sessions/SessionActions";
import { SessionDetail } from "@/features/sessions/SessionDetail";
import { SessionStatus } from "@/features/sessions/SessionTable";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { ZoneProvider } from "@/ui/zone";
import { PageWaiting } from "../fallbacks";

export function SessionPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/sessions/$id" });
  const { data, error, refetch } = useQuery(sessionOptions(id));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <PageWaiting />;
  return (
    <ZoneProvider zone={data.site_time_zone}>
      <Page
        above={<RouteLink to="/sessions">{t("session.title")}</RouteLink>}
        title={`${t("session.one")} · ${data.station_name ?? data.station_identity}`}
        aside={<SessionStatus session={data} />}
        actions={<SessionActions session={data} />}
      >
        <SessionDetail key={data.id} session={data} />
      </Page>
    </ZoneProvider>
  );
}
