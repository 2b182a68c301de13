// Who the organisation is, how it looks, and what it uses.
import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { BrandingForm } from "@/features/organisation/BrandingForm";
import { Details } from "@/features/organisation/Details";
import { LogoPanel } from "@/features/organisation/LogoPanel";
import { Packages } from "@/features/organisation/Packages";
import { profileOptions } from "@/features/organisation/queries";
import { SingleSignOn } from "@/features/organisation/SingleSignOn";
import { PaymentSettings } from "@/features/payments/Settings";
import { useUrlState } from "@/lib/urlState";
import { Failure } from "@/ui/Failure";
import { RouteButton } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";

const TABS = ["details", "branding", "packages", "payments", "sign_in"] as const;

export function OrganisationPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const { data: profile, error, refetch } = useQuery(profileOptions);
  const administrator = useMay("administration");
  const { operator } = useLogin();
  const seesMoney = useMay("revenue") && operator.sites === null;
  const tabs = TABS.filter(
    (each) => (each !== "sign_in" || administrator) && (each !== "payments" || seesMoney),
  );
  const tab = tabs.find((each) => each === url.tab) ?? "details";
  return (
    <Page
      title={t("org.title")}
      lead={t("org.lead")}
      actions={
        <RouteButton to="/getting-started" variant="default">
          {t("org.wizard")}
        </RouteButton>
      }
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!profile && !error && <Waiting />}
      {profile && (
        <Tabs
          value={tab}
          onChange={(next) => set({ tab: next === "details" ? undefined : (next ?? undefined) })}
          keepMounted={false}
        >
          <Tabs.List mb="md">
            {tabs.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {t(`org.tab.${each}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="details">
            <Details profile={profile} />
          </Tabs.Panel>
          <Tabs.Panel value="branding">
            <div style={{ display: "flex", flexDirection: "column", gap: 16 }}>
              <LogoPanel profile={profile} />
              <BrandingForm key={profile.version} profile={profile} />
            </div>
          </Tabs.Panel>
          <Tabs.Panel value="packages">
            <Packages profile={profile} />
          </Tabs.Panel>
          <Tabs.Panel value="payments">
            <PaymentSettings />
          </Tabs.Panel>
          <Tabs.Panel value="sign_in">
            <SingleSignOn />
          </Tabs.Panel>
        </Tabs>
      )}
    </Page>
  );
}
