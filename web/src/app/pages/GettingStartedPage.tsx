// The wizard of a new organisation.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { GettingStarted } from "@/features/organisation/GettingStarted";
import { profileOptions } from "@/features/organisation/queries";
import { Failure } from "@/ui/Failure";
import { Page } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";

export function GettingStartedPage() {
  const { t } = useTranslation();
  const { data: profile, error, refetch } = useQuery(profileOptions);
  return (
    <Page title={t("org.wizardTitle")} lead={t("org.wizardLead")}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!profile && !error && <Waiting />}
      {profile && <GettingStarted profile={profile} />}
    </Page>
  );
}
