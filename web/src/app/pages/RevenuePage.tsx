// What was earned, where it stands, and getting it paid out.
import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLogin, useMay } from "@/api/login";
import { Accounts } from "@/features/money/Accounts";
import { PayoutQueue } from "@/features/money/PayoutQueue";
import { Payouts } from "@/features/money/Payouts";
import { Statements } from "@/features/money/Statements";
import { Transactions } from "@/features/money/Transactions";
import { Payments } from "@/features/payments/Payments";
import { useUrlState } from "@/lib/urlState";
import { Page } from "@/ui/Page";

const TABS = ["transactions", "payments", "accounts", "payouts", "statements", "queue"] as const;

export function RevenuePage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const { organisation } = useLogin();
  const mayAnswer = useMay("administration") && !organisation.parent_id;
  const tabs = TABS.filter((each) => each !== "queue" || mayAnswer);
  const tab = tabs.find((each) => each === url.tab) ?? "transactions";
  return (
    <Page title={t("money.title")} lead={t("money.lead")}>
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "transactions" ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`money.tab.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="transactions">
          <Transactions />
        </Tabs.Panel>
        <Tabs.Panel value="payments">
          <Payments />
        </Tabs.Panel>
        <Tabs.Panel value="accounts">
          <Accounts />
        </Tabs.Panel>
        <Tabs.Panel value="payouts">
          <Payouts />
        </Tabs.Panel>
        <Tabs.Panel value="statements">
          <Statements />
        </Tabs.Panel>
        {mayAnswer && (
          <Tabs.Panel value="queue">
            <PayoutQueue />
          </Tabs.Panel>
        )}
      </Tabs>
    </Page>
  );
}
