// Load balancing: all zones, which models obey, and one zone as it stands.
import { Alert, SimpleGrid, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { siteOptions } from "@/features/sites/queries";
import { Amps } from "@/features/zones/Amps";
import { PlanPanel } from "@/features/zones/ahead/PlanPanel";
import { History } from "@/features/zones/History";
import { Models } from "@/features/zones/Models";
import { MeterPanel } from "@/features/zones/meter/MeterPanel";
import { allZonesOptions, candidatesOptions, zoneOptions } from "@/features/zones/queries";
import { ZoneActions } from "@/features/zones/ZoneActions";
import { AddZoneButton, Capacity, ZoneBadge, ZoneList } from "@/features/zones/ZoneList";
import { Circuits, Evses, Queue } from "@/features/zones/ZoneNow";
import { useUrlState } from "@/lib/urlState";
import { Failure } from "@/ui/Failure";
import { Figure } from "@/ui/Figure";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { Count, Power } from "@/ui/Values";
import { ZoneProvider } from "@/ui/zone";
import { PageWaiting } from "../fallbacks";

const TABS = ["zones", "models"] as const;

export function LoadBalancingPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const tab = TABS.find((each) => each === url.tab) ?? "zones";
  return (
    <Page title={t("power.title")} lead={t("power.lead")} actions={tab === "zones" && <AddZoneButton />}>
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next === "zones" ? undefined : (next ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`power.tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="zones">
          <ZoneList />
        </Tabs.Panel>
        <Tabs.Panel value="models">
          <Models />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

export function ZonePage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/load-balancing/$id" });
  const { data: zone, error, refetch } = useQuery(zoneOptions(id));
  const { data: zones } = useQuery(allZonesOptions);
  const { data: chargers } = useQuery(candidatesOptions(zone?.site_id ?? ""));
  const { data: site } = useQuery({ ...siteOptions(zone?.site_id ?? ""), enabled: zone !== undefined });
  if (!zone) return error ? <Failure error={error} retry={() => void refetch()} /> : <PageWaiting />;
  const parts = { zone, zones: zones ?? [zone], chargers: chargers ?? [] };
  const usable = zone.now?.zones[0]?.usable_ma;
  return (
    <ZoneProvider zone={site?.time_zone ?? "UTC"}>
      <Page
        above={<RouteLink to="/load-balancing">{t("power.title")}</RouteLink>}
        title={zone.name}
        aside={<ZoneBadge zone={zone} />}
        lead={
          zone.meter_number
            ? t("power.atMeter", { site: zone.site_name, meter: zone.meter_number })
            : zone.site_name
        }
        actions={<ZoneActions zone={zone} />}
      >
        <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
          <Figure
            name={t("power.capacity")}
            definition={t("power.capacityDefinition")}
            value={<Capacity zone={zone} />}
            note={t("power.bufferNote", { percent: zone.buffer_permille / 10 })}
          />
          <Figure
            name={t("power.usable")}
            definition={t("power.usableDefinition")}
            value={<Amps ma={usable ? Math.min(usable.l1, usable.l2, usable.l3) : null} />}
            note={t(`power.distributions.${zone.distribution}`)}
          />
          <Figure
            name={t("power.least")}
            definition={t("power.leastHelp")}
            value={<Power w={zone.least_session_w} />}
          />
          <Figure
            name={t("power.chargers")}
            definition={t("power.chargersDefinition")}
            value={<Count value={zone.chargers.length} />}
          />
        </SimpleGrid>
        {!zone.enabled && (
          <Alert variant="light" color="gray">
            {t("power.isOff")}
          </Alert>
        )}
        <Circuits {...parts} />
        <MeterPanel zone={zone} />
        <PlanPanel zone={zone.id} chargers={parts.chargers} />
        {zone.enabled && <Evses {...parts} />}
        {zone.enabled && <Queue {...parts} />}
        <History zone={zone.id} timeZone={site?.time_zone ?? "UTC"} />
      </Page>
    </ZoneProvider>
  );
}
