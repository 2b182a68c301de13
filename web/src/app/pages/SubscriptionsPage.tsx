// Subscription plans.
import { useTranslation } from "react-i18next";
import { PlanList } from "@/features/subscriptions/PlanList";
import { Page } from "@/ui/Page";

export function SubscriptionsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("plan.title")} lead={t("plan.lead")}>
      <PlanList />
    </Page>
  );
}
