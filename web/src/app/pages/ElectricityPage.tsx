// What electricity costs: prices of the market.
import { useTranslation } from "react-i18next";
import { SpotTab } from "@/features/electricity/SpotTab";
import { Page } from "@/ui/Page";

export function ElectricityPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("electricity.title")} lead={t("electricity.lead")}>
      <SpotTab />
    </Page>
  );
}
