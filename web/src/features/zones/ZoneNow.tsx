// A zone as it stands: its circuits, the limit of each EVSE with the reason, and who waits.
import { List, Stack, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Zone, ZoneCandidate, ZoneEvse } from "@/api/types";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp, useLocale } from "@/ui/Values";
import { Amps, Fill, Legend } from "./Amps";
import { most, queueOf, whyOf } from "./why";

interface NowProps {
  zone: Zone;
  zones: Zone[];
  chargers: ZoneCandidate[];
}

const nameIn = (zones: Zone[]) => (id: string) => zones.find((each) => each.id === id)?.name ?? "";

/** How deep each zone of a standing hangs below the first. */
function depths(zone: Zone, zones: Zone[]): Map<string, number> {
  const found = new Map([[zone.id, 0]]);
  for (const each of zone.now?.zones ?? []) {
    const parent = zones.find((one) => one.id === each.zone_id)?.parent_id;
    if (parent && found.has(parent)) found.set(each.zone_id, (found.get(parent) ?? 0) + 1);
  }
  return found;
}

export function Circuits({ zone, zones }: NowProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (!zone.now) return null;
  const depth = depths(zone, zones);
  const nameOf = nameIn(zones);
  const amps = (ma: number) => `${(ma / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 })} A`;
  return (
    <Panel title={t("power.circuits")}>
      <Stack gap="sm">
        {zone.now.zones.map((each) => {
          const [load, drawn, given, capacity] = [
            each.load_ma,
            each.drawn_ma,
            each.given_ma,
            each.capacity_ma,
          ].map(most) as [number, number, number, number];
          const words = t("power.fill", {
            load: amps(load),
            drawn: amps(drawn),
            given: amps(given),
            capacity: amps(capacity),
          });
          return (
            <div key={each.zone_id} style={{ paddingLeft: (depth.get(each.zone_id) ?? 0) * 20 }}>
              <Text size="sm" fw={550} mb={4} component="div">
                <Outside line text={nameOf(each.zone_id)} />{" "}
                <Text span size="sm" c="dimmed">
                  {t("power.usedOf", { used: amps(load + given), capacity: amps(capacity) })}
                </Text>{" "}
                {each.meter_is_silent && <ToneBadge tone="amber">{t("power.silent")}</ToneBadge>}
              </Text>
              <Fill load={load} drawn={drawn} given={given} capacity={capacity} label={words} />
              {each.metered_at && (
                <Text size="xs" c="dimmed" mt={2} component="div">
                  {t("power.metered")} <Timestamp at={each.metered_at} seconds />
                </Text>
              )}
            </div>
          );
        })}
        <Legend
          items={[
            { color: "gray-6", text: t("power.building") },
            { color: "teal-6", text: t("power.drawn") },
            { color: "teal-2", text: t("power.spare") },
          ]}
        />
      </Stack>
    </Panel>
  );
}

function WhyText({ evse, zones }: { evse: ZoneEvse; zones: Zone[] }) {
  const { t } = useTranslation();
  const { key, values } = whyOf(evse, nameIn(zones));
  return (
    <Text size="sm">
      {evse.why === "planned" && evse.planned_from ? (
        <>
          {t("power.why.plannedFrom")} <Timestamp at={evse.planned_from} />
        </>
      ) : (
        t(`power.why.${key}`, values)
      )}
      {!evse.holds_default && (
        <Text span size="xs" c="dimmed" display="block">
          {t("power.noDefault")}
        </Text>
      )}
    </Text>
  );
}

const TONES: Record<string, "green" | "amber" | "red" | "grey"> = {
  refuses: "red",
  unreachable: "red",
  below_minimum: "amber",
  waiting: "amber",
  planned: "grey",
  idle: "grey",
};

export function Evses({ zone, zones, chargers }: NowProps) {
  const { t } = useTranslation();
  const rows = zone.now?.evses ?? [];
  const nameOf = (station: string) => {
    const found = chargers.find((each) => each.station_id === station);
    return found?.name ?? found?.identity ?? station;
  };
  if (rows.length === 0) return <Panel title={t("power.evses")}>{t("power.noChargers")}</Panel>;
  return (
    <Panel title={t("power.evses")}>
      <Table.ScrollContainer minWidth={620}>
        <Table verticalSpacing={6} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("power.charger")}</Table.Th>
              <Table.Th>{t("power.state")}</Table.Th>
              <Table.Th ta="right">{t("power.limit")}</Table.Th>
              <Table.Th ta="right">{t("power.draws")}</Table.Th>
              <Table.Th>{t("power.whyTitle")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((evse) => (
              <Table.Tr key={`${evse.station_id}-${evse.evse}`}>
                <Table.Td>
                  <RouteLink to="/chargers/$id" params={{ id: evse.station_id }}>
                    {nameOf(evse.station_id)}
                  </RouteLink>
                  <Text size="xs" c="dimmed">
                    {t("power.evse", { number: evse.evse })}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <ToneBadge tone={TONES[evse.why] ?? "green"}>{t(`power.states.${evse.why}`)}</ToneBadge>
                </Table.Td>
                <Table.Td ta="right">
                  <Amps ma={evse.why === "idle" && evse.limit_ma === 0 ? null : evse.limit_ma} />
                </Table.Td>
                <Table.Td ta="right">
                  <Amps ma={evse.drawn_ma} />
                </Table.Td>
                <Table.Td>
                  <WhyText evse={evse} zones={zones} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

export function Queue({ zone, chargers }: NowProps) {
  const { t } = useTranslation();
  const queue = queueOf(zone.now?.evses ?? []);
  return (
    <Panel title={t("power.queue")}>
      {queue.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("power.nobodyWaits")}
        </Text>
      ) : (
        <List type="ordered" size="sm">
          {queue.map((evse) => {
            const found = chargers.find((each) => each.station_id === evse.station_id);
            return (
              <List.Item key={`${evse.station_id}-${evse.evse}`}>
                {found?.name ?? found?.identity ?? evse.station_id} {t("power.evse", { number: evse.evse })}
              </List.Item>
            );
          })}
        </List>
      )}
    </Panel>
  );
}
