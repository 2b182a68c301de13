// All charge keys.
import { useTranslation } from "react-i18next";
import { AddKeyButton, KeyList } from "@/features/charge-keys/KeyList";
import { Page } from "@/ui/Page";

export function ChargeKeysPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("key.title")} lead={t("key.lead")} actions={<AddKeyButton />}>
      <KeyList />
    </Page>
  );
}
