// Tariffs.
import { useTranslation } from "react-i18next";
import { AddTariffButton, TariffList } from "@/features/tariffs/TariffList";
import { Page } from "@/ui/Page";

export function TariffsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("tariff.title")} lead={t("tariff.lead")} actions={<AddTariffButton />}>
      <TariffList />
    </Page>
  );
}
