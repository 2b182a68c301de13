// How other programs reach us, and are told.
import { useTranslation } from "react-i18next";
import { ApiKeys } from "@/features/settings/ApiKeys";
import { WebhookList } from "@/features/webhooks/WebhookList";
import { Page } from "@/ui/Page";

export function ApiKeysPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("nav.apiKeys")}>
      <ApiKeys />
      <WebhookList />
    </Page>
  );
}
