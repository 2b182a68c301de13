// Charging hours: when how much may be charged, by site, charger and EVSE.
import { useTranslation } from "react-i18next";
import { AddHoursButton, HoursList } from "@/features/schedules/HoursList";
import { Page } from "@/ui/Page";

export function ChargingHoursPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("schedule.title")} lead={t("schedule.lead")} actions={<AddHoursButton />}>
      <HoursList />
    </Page>
  );
}
