// Drivers' wallets, and vouchers.
import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Vouchers } from "@/features/money/Vouchers";
import { Wallets } from "@/features/money/Wallets";
import { useUrlState } from "@/lib/urlState";
import { Page } from "@/ui/Page";

const TABS = ["wallets", "vouchers"] as const;

export function WalletsPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const tab = TABS.find((each) => each === url.tab) ?? "wallets";
  return (
    <Page title={t("money.walletsTitle")} lead={t("money.walletsLead")}>
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "wallets" ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`money.walletTab.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="wallets">
          <Wallets />
        </Tabs.Panel>
        <Tabs.Panel value="vouchers">
          <Vouchers />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
