// All sessions.
import { useTranslation } from "react-i18next";
import { SessionList } from "@/features/sessions/SessionList";
import { Page } from "@/ui/Page";

export function SessionsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("session.title")} lead={t("session.lead")}>
      <SessionList />
    </Page>
  );
}
