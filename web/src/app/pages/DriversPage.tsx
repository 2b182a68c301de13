// Drivers and their groups.
import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DriverButtons, DriverList } from "@/features/drivers/DriverList";
import { AddGroupButton, GroupList } from "@/features/groups/GroupList";
import { useUrlState } from "@/lib/urlState";
import { Page } from "@/ui/Page";

export function DriversPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const groups = url.tab === "groups";
  return (
    <Page
      title={t("driver.title")}
      lead={t("driver.lead")}
      actions={groups ? <AddGroupButton /> : <DriverButtons />}
    >
      <Tabs
        value={groups ? "groups" : "drivers"}
        onChange={(tab) => set({ tab: tab === "groups" ? "groups" : undefined })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="drivers">{t("driver.title")}</Tabs.Tab>
          <Tabs.Tab value="groups">{t("group.title")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="drivers">
          <DriverList />
        </Tabs.Panel>
        <Tabs.Panel value="groups">
          <GroupList />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
