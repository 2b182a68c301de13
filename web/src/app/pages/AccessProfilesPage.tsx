// Access profiles.
import { useTranslation } from "react-i18next";
import { AddProfileButton, KeyPaymentPanel, ProfileList } from "@/features/access-profiles/ProfileList";
import { Page } from "@/ui/Page";

export function AccessProfilesPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("accessProfile.title")} lead={t("accessProfile.lead")} actions={<AddProfileButton />}>
      <ProfileList />
      <KeyPaymentPanel />
    </Page>
  );
}
