// One charger: its answer in one line, its plugs, and a tab for each thing one may want to know.
import { SimpleGrid, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { stationOptions } from "@/api/lookups";
import type { Station } from "@/api/types";
import { Answer } from "@/features/chargers/Answer";
import { ChargerFacts, ConnectionFacts } from "@/features/chargers/ChargerFacts";
import { CommissioningPanel } from "@/features/chargers/Commissioning";
import { EditCharger, RemoveCharger } from "@/features/chargers/EditCharger";
import { PlugCards } from "@/features/chargers/PlugCards";
import { UptimePanel } from "@/features/chargers/UptimePanel";
import { ActionsMenu } from "@/features/commands/ActionsMenu";
import { CommandDialog } from "@/features/commands/CommandDialog";
import { CommandTab } from "@/features/commands/CommandTab";
import { ReadVariables } from "@/features/commands/VariableActions";
import { ConformanceTab } from "@/features/conformance/ConformanceTab";
import { DeviceModel } from "@/features/device-model/DeviceModel";
import { DocumentsPanel } from "@/features/documents/DocumentsPanel";
import { NotesPanel } from "@/features/documents/NotesPanel";
import { ExpertTab } from "@/features/expert/ExpertTab";
import { HeldTab } from "@/features/held/HeldTab";
import { LogTab } from "@/features/messages/LogTab";
import { ScheduleTab } from "@/features/schedules/ScheduleTab";
import { SecurityTab } from "@/features/security/SecurityTab";
import { StationSessions } from "@/features/sessions/StationSessions";
import { LocalTariffs } from "@/features/tariffs/LocalTariffs";
import { StationTariffs } from "@/features/tariffs/PlaceTariffs";
import { TimelineTab } from "@/features/timeline/TimelineTab";
import { useUrlState } from "@/lib/urlState";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Page } from "@/ui/Page";
import { ZoneProvider } from "@/ui/zone";
import { PageWaiting } from "../fallbacks";
import classes from "./ChargerPage.module.css";

const TABS = [
  "overview",
  "timeline",
  "log",
  "sessions",
  "schedule",
  "settings",
  "held",
  "security",
  "conformance",
  "commands",
  "record",
  "expert",
] as const;
/** What a tab keeps in the address and another does not understand. */
const NOTHING = {
  q: undefined,
  kind: undefined,
  direction: undefined,
  from: undefined,
  to: undefined,
  part: undefined,
  message: undefined,
  until: undefined,
};
type Tab = (typeof TABS)[number];

function Overview({ station }: { station: Station }) {
  const [testing, setTesting] = useState(false);
  return (
    <Stack gap="sm">
      <CommissioningPanel station={station} onTest={() => setTesting(true)} />
      <PlugCards station={station} />
      <div className={classes.halves}>
        <ChargerFacts station={station} />
        <ConnectionFacts station={station} />
      </div>
      <UptimePanel station={station} />
      <StationTariffs station={station} />
      <LocalTariffs station={station} />
      {testing && <CommandDialog station={station} kind="start_session" onClose={() => setTesting(false)} />}
    </Stack>
  );
}

function TabBody({ tab, station }: { tab: Tab; station: Station }): ReactNode {
  const mayCommand = useMay("command");
  switch (tab) {
    case "overview":
      return <Overview station={station} />;
    case "timeline":
      return <TimelineTab station={station} />;
    case "record":
      return (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
          <NotesPanel of={`/stations/${station.id}`} />
          <DocumentsPanel of={`/stations/${station.id}`} />
        </SimpleGrid>
      );
    case "log":
      return <LogTab station={station} />;
    case "sessions":
      return <StationSessions id={station.id} />;
    case "schedule":
      return <ScheduleTab station={station} />;
    case "settings":
      return <DeviceModel station={station} actions={mayCommand && <ReadVariables station={station} />} />;
    case "conformance":
      return <ConformanceTab station={station} />;
    case "commands":
      return <CommandTab id={station.id} />;
    case "held":
      return <HeldTab station={station} />;
    case "security":
      return <SecurityTab station={station} />;
    case "expert":
      return <ExpertTab station={station} />;
  }
}

function Charger({ station }: { station: Station }) {
  const { t } = useTranslation();
  const mayCommand = useMay("command");
  const mayRaw = useMay("raw_call");
  const mayDelete = useMay("network_delete");
  const [removing, setRemoving] = useState(false);
  const [url, set] = useUrlState();
  const tabs = TABS.filter((each) => each !== "expert" || mayRaw);
  const tab = tabs.find((each) => each === url.tab) ?? "overview";
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a phone the tabs are wider than the screen: the open one must be seen.
    const open = list.current?.querySelector(`[data-tab="${tab}"]`);
    open?.scrollIntoView?.({ block: "nearest", inline: "center" });
  }, [tab]);
  return (
    <ZoneProvider zone={station.site_time_zone}>
      <Page
        title={station.name ? `${station.identity} · ${station.name}` : station.identity}
        above={
          <>
            <RouteLink to="/chargers">{t("charger.title")}</RouteLink>
            {" / "}
            <RouteLink to="/sites/$id" params={{ id: station.site_id }}>
              {station.site_name}
            </RouteLink>
          </>
        }
        lead={<Answer station={station} />}
        actions={
          <>
            {mayCommand && (
              <ActionsMenu station={station} {...(mayDelete ? { onDelete: () => setRemoving(true) } : {})} />
            )}
            <EditCharger station={station} />
            <RemoveCharger station={station} opened={removing} onClose={() => setRemoving(false)} />
          </>
        }
      >
        <Tabs
          value={tab}
          onChange={(next) => set({ ...NOTHING, tab: next === "overview" ? undefined : (next ?? undefined) })}
          keepMounted={false}
        >
          <Tabs.List mb="md" className={classes.tabs} ref={list}>
            {tabs.map((each) => (
              <Tabs.Tab key={each} value={each} data-tab={each}>
                {t(`charger.tabs.${each}`)}
                {each === "conformance" && station.deviations > 0 ? ` (${station.deviations})` : ""}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tabs.map((each) => (
            <Tabs.Panel key={each} value={each}>
              <TabBody tab={each} station={station} />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Page>
    </ZoneProvider>
  );
}

export function ChargerPage() {
  const { id } = useParams({ from: "/chargers/$id" });
  const { data, error, refetch } = useQuery(stationOptions(id));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <PageWaiting />;
  // Another charger is another page: nothing of the one before may show for a moment.
  return <Charger key={data.id} station={data} />;
}
