// All sites.
import { useTranslation } from "react-i18next";
import { AddSiteButton, SiteList } from "@/features/sites/SiteList";
import { Page } from "@/ui/Page";

export function SitesPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("site.title")} lead={t("site.lead")} actions={<AddSiteButton />}>
      <SiteList />
    </Page>
  );
}
