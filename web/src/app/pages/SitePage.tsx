// One site with its chargers.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SiteChargers } from "@/features/chargers/SiteChargers";
import { siteOptions } from "@/features/sites/queries";
import { SiteActions, SiteFigures } from "@/features/sites/SiteHeader";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { ZoneProvider } from "@/ui/zone";
import { PageWaiting } from "../fallbacks";

export function SitePage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/sites/$id" });
  const { data, error, refetch } = useQuery(siteOptions(id));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <PageWaiting />;
  return (
    <ZoneProvider zone={data.time_zone}>
      <Page
        above={<RouteLink to="/sites">{t("site.title")}</RouteLink>}
        title={data.name}
        lead={[data.address, data.city, data.country].filter(Boolean).join(", ")}
        actions={<SiteActions site={data} />}
      >
        <SiteFigures site={data} />
        <SiteChargers key={data.id} siteId={data.id} />
      </Page>
    </ZoneProvider>
  );
}
