// All chargers: those of the business, those at people's homes, and those nobody knows.
import { Group, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { AddChargerButton, ChargerList } from "@/features/chargers/ChargerList";
import { UnknownList } from "@/features/chargers/UnknownList";
import { BulkActions } from "@/features/commands/BulkActions";
import { HomeList } from "@/features/home/HomeList";
import { useUrlState } from "@/lib/urlState";
import { RouteButton } from "@/ui/Links";
import { Page } from "@/ui/Page";

const TABS = ["commercial", "home", "unknown"] as const;

export function ChargersPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const seesHomes = useMay("drivers_read");
  const tab = TABS.find((each) => each === url.tab) ?? "commercial";
  return (
    <Page
      title={t("charger.title")}
      lead={t("charger.lead")}
      actions={
        <Group gap="xs">
          <RouteButton to="/bulk" variant="default">
            {t("bulk.list")}
          </RouteButton>
          <AddChargerButton usedAs={tab === "home" ? "home" : "commercial"} />
        </Group>
      }
    >
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "commercial" ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`charger.lists.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="commercial">
          <ChargerList usedAs="commercial" bulk={(selected) => <BulkActions stations={selected} />} />
        </Tabs.Panel>
        <Tabs.Panel value="home">
          {seesHomes ? (
            <HomeList />
          ) : (
            <ChargerList usedAs="home" bulk={(selected) => <BulkActions stations={selected} />} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="unknown">
          <UnknownList />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
