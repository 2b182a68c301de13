// From the first address to the first test session: what to do at the charger, and what it has done so far, live.
import { Alert, Button, Group, Stack, Text, Timeline } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconPlugConnected } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { ofStationOptions, stationOptions } from "@/api/lookups";
import type { Attempt, Station, UnknownStation } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Outside, Since } from "@/ui/Values";
import { Addresses } from "./Addresses";
import { unknownOptions } from "./queries";

/** How many refused handshakes are shown at once. */
const SHOWN = 8;
/** A stranger that knocked within this time may be this charger under a mistyped name. */
const RECENT_MS = 15 * 60_000;

/** Where it stands: 0 nothing yet, 1 connected, 2 has booted, 3 has told its plugs, 4 has charged. */
function stepOf(station: Station): number {
  if (station.sessions_30d > 0 || station.evses.some((evse) => evse.session_id)) return 4;
  const told = station.evses.some((evse) =>
    evse.connectors.some((each) => each.reported_status !== "Unknown"),
  );
  if (station.booted_at && told) return 3;
  if (station.booted_at) return 2;
  return station.online ? 1 : 0;
}

const makeOf = (station: Station) =>
  [station.vendor, station.model, station.firmware].filter(Boolean).join(" · ");

function Attempts({ station }: { station: Station }) {
  const { t } = useTranslation();
  const { data = [] } = useQuery(ofStationOptions<Attempt>(station.id, "attempts"));
  if (data.length === 0) return null;
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={t("guide.refused")}>
      <Stack gap={8} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {data.slice(0, SHOWN).map((each) => (
          <li key={each.id}>
            <Text fw={600} component="span">
              {t(`guide.reasons.${each.reason}.what`, { defaultValue: each.reason.replaceAll("_", " ") })}
            </Text>{" "}
            <span className="quiet">
              <Since at={each.at} /> · <Outside text={each.address} mono /> ·{" "}
              <Outside text={each.path} mono />
              {each.subprotocols && (
                <>
                  {" "}
                  · <Outside text={each.subprotocols} mono />
                </>
              )}
            </span>
            <div>{t(`guide.reasons.${each.reason}.mend`, { defaultValue: "" })}</div>
          </li>
        ))}
      </Stack>
    </Alert>
  );
}

function Strangers({ station }: { station: Station }) {
  const { t } = useTranslation();
  const { data } = useQuery(unknownOptions);
  const near = (data?.items ?? []).filter(
    (each: UnknownStation) =>
      each.identity !== station.identity && Date.now() - new Date(each.last_at).getTime() < RECENT_MS,
  );
  if (near.length === 0) return null;
  return (
    <Alert color="orange" variant="light" title={t("guide.strangers")}>
      <Text size="sm" mb={4}>
        {t("guide.strangersText", { charger: station.identity })}
      </Text>
      {near.slice(0, SHOWN).map((each) => (
        <div key={each.id}>
          <Outside text={each.identity || each.path} mono /> · <Outside text={each.address} mono /> ·{" "}
          {t(`unknown.reasons.${each.reason}`, { defaultValue: each.reason.replaceAll("_", " ") })} ·{" "}
          <Since at={each.last_at} />
        </div>
      ))}
      <RouteLink to="/chargers/unknown">{t("unknown.title")}</RouteLink>
    </Alert>
  );
}

export function Commissioning({ id, onTest }: { id: string; onTest?: (station: Station) => void }) {
  const { t } = useTranslation();
  const may = useMay("command");
  const { data: station } = useQuery(stationOptions(id));
  if (!station) return null;
  const step = stepOf(station);
  const bullet = (number: number) => (step > number ? <IconCheck size={15} aria-hidden /> : number + 1);
  return (
    <Stack gap="md">
      <Timeline active={step - 1} bulletSize={26} lineWidth={2} aria-live="polite">
        <Timeline.Item title={t("guide.steps.connect")} bullet={bullet(0)}>
          {step === 0 ? (
            <Stack gap={4}>
              <ol style={{ margin: 0, paddingInlineStart: 18 }}>
                <li>{t("guide.do.power")}</li>
                <li>{t("guide.do.settings")}</li>
                <li>{t("guide.do.enter")}</li>
                <li>{t("guide.do.save")}</li>
              </ol>
              <Group gap={6} role="status">
                <IconPlugConnected size={16} aria-hidden />
                {t("guide.waiting", { charger: station.identity })}
              </Group>
            </Stack>
          ) : (
            <>
              {t("guide.connected")} <Outside text={station.address} mono />
            </>
          )}
        </Timeline.Item>
        <Timeline.Item title={t("guide.steps.boot")} bullet={bullet(1)}>
          {station.booted_at ? <Outside text={makeOf(station) || t("guide.booted")} /> : t("guide.waitBoot")}
        </Timeline.Item>
        <Timeline.Item title={t("guide.steps.plugs")} bullet={bullet(2)}>
          {step >= 3
            ? t("guide.plugsTold", { count: station.evses.flatMap((evse) => evse.connectors).length })
            : t("guide.waitPlugs")}
        </Timeline.Item>
        <Timeline.Item title={t("guide.steps.test")} bullet={bullet(3)}>
          <Stack gap={6} align="flex-start">
            <span>{t(step >= 4 ? "guide.tested" : "guide.testText")}</span>
            {step === 3 && may && onTest && (
              <Button size="xs" onClick={() => onTest(station)}>
                {t("guide.startTest")}
              </Button>
            )}
            {step >= 4 && (
              <RouteLink to="/chargers/$id" params={{ id: station.id }} search={{ tab: "sessions" }}>
                {t("guide.seeSessions")}
              </RouteLink>
            )}
          </Stack>
        </Timeline.Item>
      </Timeline>
      {step === 0 && <Attempts station={station} />}
      {step === 0 && <Strangers station={station} />}
    </Stack>
  );
}

/** The guide as a part of the charger's page, with the addresses to enter. */
export function CommissioningPanel({
  station,
  onTest,
}: {
  station: Station;
  onTest: (station: Station) => void;
}) {
  const { t } = useTranslation();
  if (stepOf(station) >= 4) return null;
  return (
    <Panel title={t("guide.title")}>
      <Stack gap="md">
        {!station.online && <Addresses urls={station.connection_urls} />}
        <Commissioning id={station.id} onTest={onTest} />
      </Stack>
    </Panel>
  );
}
