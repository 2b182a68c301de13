// Chargers nobody knows.
import { useTranslation } from "react-i18next";
import { UnknownList } from "@/features/chargers/UnknownList";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";

export function UnknownPage() {
  const { t } = useTranslation();
  return (
    <Page
      title={t("unknown.title")}
      lead={t("unknown.lead")}
      above={<RouteLink to="/chargers">{t("charger.title")}</RouteLink>}
    >
      <UnknownList />
    </Page>
  );
}
