// All chargers.
import { useTranslation } from "react-i18next";
import { AddChargerButton, ChargerList } from "@/features/chargers/ChargerList";
import { Page } from "@/ui/Page";

export function ChargersPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("charger.title")} lead={t("charger.lead")} actions={<AddChargerButton />}>
      <ChargerList />
    </Page>
  );
}
