// What is wrong with chargers.
import { useTranslation } from "react-i18next";
import { FaultList } from "@/features/faults/FaultList";
import { Page } from "@/ui/Page";

export function FaultsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("fault.title")} lead={t("fault.lead")}>
      <FaultList />
    </Page>
  );
}
