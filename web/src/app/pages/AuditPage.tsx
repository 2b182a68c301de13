// Who did what; and which letters went out.
import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { AuditList } from "@/features/audit/AuditList";
import { Letters } from "@/features/audit/Letters";
import { useUrlState } from "@/lib/urlState";
import { Page } from "@/ui/Page";

export function AuditPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const letters = useMay("operators");
  return (
    <Page title={t("audit.title")} lead={t("audit.lead")}>
      <Tabs
        value={url.tab ?? "deeds"}
        onChange={(tab) => set({ tab: tab === "deeds" ? undefined : (tab ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="deeds">{t("audit.deeds")}</Tabs.Tab>
          {letters && <Tabs.Tab value="letters">{t("letter.title")}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="deeds">
          <AuditList />
        </Tabs.Panel>
        {letters && (
          <Tabs.Panel value="letters">
            <Letters />
          </Tabs.Panel>
        )}
      </Tabs>
    </Page>
  );
}
