// Who is told of what.
import { useTranslation } from "react-i18next";
import { useLogin } from "@/api/login";
import { AlertRules, AlertsTold } from "@/features/alerts/AlertRules";
import { Page } from "@/ui/Page";

export function AlertsPage() {
  const { t } = useTranslation();
  const { mail, operator } = useLogin();
  return (
    <Page title={t("alert.title")} lead={t("alert.lead")}>
      <AlertRules mailReady={mail} />
      {operator.sites === null && <AlertsTold />}
    </Page>
  );
}
