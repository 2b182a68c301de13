// What electricity costs: prices of the market, how the price at home comes about, and what is paid back to owners.
import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { CarbonTab } from "@/features/electricity/CarbonTab";
import { ProfileTab } from "@/features/electricity/ProfileTab";
import { SpotTab } from "@/features/electricity/SpotTab";
import { StatementTab } from "@/features/home/StatementTab";
import { useUrlState } from "@/lib/urlState";
import { Page } from "@/ui/Page";

const TABS = ["market", "carbon", "profiles", "statements"] as const;

export function ElectricityPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const { operator } = useLogin();
  const seesMoney = useMay("revenue") && operator.sites === null;
  const tabs = TABS.filter((each) => each !== "statements" || seesMoney);
  const tab = tabs.find((each) => each === url.tab) ?? "market";
  return (
    <Page title={t("electricity.title")} lead={t("electricity.lead")}>
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "market" ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`electricity.tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="market">
          <SpotTab />
        </Tabs.Panel>
        <Tabs.Panel value="carbon">
          <CarbonTab />
        </Tabs.Panel>
        <Tabs.Panel value="profiles">
          <ProfileTab />
        </Tabs.Panel>
        <Tabs.Panel value="statements">
          <StatementTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
