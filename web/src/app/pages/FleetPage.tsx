// The fleets: cars, teams, discounts and what was used, of the own fleet, of clients', or of all.
import { SegmentedControl, Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CarList } from "@/features/fleet/CarList";
import { DiscountList } from "@/features/fleet/DiscountList";
import { TeamList } from "@/features/fleet/TeamList";
import { UsageReport } from "@/features/fleet/UsageReport";
import { useUrlState } from "@/lib/urlState";
import { FLEETS } from "@/ui/choices";
import { Page } from "@/ui/Page";

const TABS = ["cars", "teams", "discounts", "usage"] as const;

export function FleetPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const tab = TABS.find((each) => each === url.tab) ?? "cars";
  return (
    <Page
      title={t("fleet.title")}
      lead={t("fleet.lead")}
      actions={
        <SegmentedControl
          aria-label={t("fleetKind.label")}
          data={[
            { value: "", label: t("fleet.all") },
            ...FLEETS.map((value) => ({ value, label: t(`fleetKind.${value}`) })),
          ]}
          value={url.fleet ?? ""}
          onChange={(value) => set({ fleet: value || undefined })}
        />
      }
    >
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "cars" ? undefined : (next ?? undefined), q: undefined })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`fleet.tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="cars">
          <CarList />
        </Tabs.Panel>
        <Tabs.Panel value="teams">
          <TeamList />
        </Tabs.Panel>
        <Tabs.Panel value="discounts">
          <DiscountList />
        </Tabs.Panel>
        <Tabs.Panel value="usage">
          <UsageReport />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
