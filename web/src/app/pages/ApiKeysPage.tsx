// Keys of programs.
import { useTranslation } from "react-i18next";
import { ApiKeys } from "@/features/settings/ApiKeys";
import { Page } from "@/ui/Page";

export function ApiKeysPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("apiKey.title")}>
      <ApiKeys />
    </Page>
  );
}
