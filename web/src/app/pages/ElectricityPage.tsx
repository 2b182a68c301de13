// What electricity costs: prices of the market, and how the price at home comes about.
import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ProfileTab } from "@/features/electricity/ProfileTab";
import { SpotTab } from "@/features/electricity/SpotTab";
import { useUrlState } from "@/lib/urlState";
import { Page } from "@/ui/Page";

const TABS = ["market", "profiles"] as const;

export function ElectricityPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const tab = TABS.find((each) => each === url.tab) ?? "market";
  return (
    <Page title={t("electricity.title")} lead={t("electricity.lead")}>
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "market" ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`electricity.tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="market">
          <SpotTab />
        </Tabs.Panel>
        <Tabs.Panel value="profiles">
          <ProfileTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
