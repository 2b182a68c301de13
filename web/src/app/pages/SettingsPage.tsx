// Settings of the organisation.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { OrganisationForm } from "@/features/settings/OrganisationForm";
import { Templates } from "@/features/templates/Templates";
import { Page } from "@/ui/Page";

export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("settings.title")}>
      <Stack gap="sm">
        <OrganisationForm />
        <Templates />
      </Stack>
    </Page>
  );
}
