// What the tried settings would have done: figures, the course of the days, each circuit, each session that felt it.
import { Alert, SimpleGrid, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { TrialSession, ZoneCandidate, ZoneTrial } from "@/api/types";
import { Figure } from "@/ui/Figure";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { ToneBadge } from "@/ui/StatusBadge";
import { Count, Duration, Energy, Outside, Timestamp } from "@/ui/Values";
import { Amps } from "../Amps";
import { TrialChart } from "./TrialChart";

interface ResultProps {
  trial: ZoneTrial;
  zone: string;
  chargers: ZoneCandidate[];
  timeZone: string;
}

type Look = ZoneTrial["tried"];

/** The same figure beside it, as set now and without limits. */
function Beside({ trial, value }: { trial: ZoneTrial; value: (look: Look) => ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      {trial.now && (
        <div>
          {t("power.trial.now")}: {value(trial.now)}
        </div>
      )}
      <div>
        {t("power.trial.unlimited")}: {value(trial.unlimited)}
      </div>
    </>
  );
}

function Figures({ trial }: { trial: ZoneTrial }) {
  const { t } = useTranslation();
  const figure = (name: string, value: (look: Look) => ReactNode) => (
    <Figure
      name={t(`power.trial.${name}`)}
      definition={t(`power.trial.${name}Definition`)}
      value={value(trial.tried)}
      note={<Beside trial={trial} value={value} />}
    />
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
      {figure("peak", (look) => (
        <Amps ma={look.peak_ma} />
      ))}
      {figure("missing", (look) => (
        <Energy wh={look.missing_wh} />
      ))}
      {figure("short", (look) => (
        <Count value={look.short_sessions} />
      ))}
      {figure("waited", (look) => (
        <Duration seconds={look.waited_s} />
      ))}
    </SimpleGrid>
  );
}

function Circuits({ trial }: { trial: ZoneTrial }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("power.trial.circuits")}>
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing={6} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("power.name")}</Table.Th>
              <Table.Th ta="right">{t("power.trial.fuse")}</Table.Th>
              <Table.Th ta="right">{t("power.trial.tried")}</Table.Th>
              {trial.now && <Table.Th ta="right">{t("power.trial.now")}</Table.Th>}
              <Table.Th ta="right">{t("power.trial.unlimited")}</Table.Th>
              <Table.Th>{t("power.status")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {trial.circuits.map((circuit) => (
              <Table.Tr key={circuit.zone_id}>
                <Table.Td>
                  <RouteLink to="/load-balancing/$id" params={{ id: circuit.zone_id }}>
                    <Outside line text={circuit.name} />
                  </RouteLink>
                </Table.Td>
                <Table.Td ta="right">
                  <Amps ma={circuit.capacity_ma} />
                </Table.Td>
                <Table.Td ta="right">
                  <Amps ma={circuit.tried_ma} />
                </Table.Td>
                {trial.now && (
                  <Table.Td ta="right">
                    <Amps ma={circuit.now_ma} />
                  </Table.Td>
                )}
                <Table.Td ta="right">
                  <Amps ma={circuit.unlimited_ma} />
                </Table.Td>
                <Table.Td>
                  <ToneBadge tone={circuit.tried_ma > circuit.capacity_ma ? "red" : "green"}>
                    {t(circuit.tried_ma > circuit.capacity_ma ? "power.trial.above" : "power.trial.below")}
                  </ToneBadge>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

function Later({ session }: { session: TrialSession }) {
  const { t } = useTranslation();
  if (session.later_s === null) return <ToneBadge tone="amber">{t("power.trial.notDone")}</ToneBadge>;
  return <Duration seconds={session.later_s} />;
}

function Sessions({ trial, chargers }: ResultProps) {
  const { t } = useTranslation();
  const nameOf = (id: string) => {
    const found = chargers.find((each) => each.station_id === id);
    return found?.name ?? found?.identity ?? id;
  };
  const rest = trial.affected_count - trial.affected.length;
  return (
    <Panel title={t("power.trial.sessions", { count: trial.affected_count })}>
      {trial.affected.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("power.trial.nobody")}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={680}>
          <Table verticalSpacing={6} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("power.trial.arrived")}</Table.Th>
                <Table.Th>{t("power.charger")}</Table.Th>
                <Table.Th>{t("power.trial.left")}</Table.Th>
                <Table.Th ta="right">{t("power.trial.wanted")}</Table.Th>
                <Table.Th ta="right">{t("power.trial.got")}</Table.Th>
                <Table.Th ta="right">{t("power.trial.later")}</Table.Th>
                <Table.Th ta="right">{t("power.trial.stood")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {trial.affected.map((session) => (
                <Table.Tr key={session.session_id}>
                  <Table.Td>
                    <RouteLink to="/sessions/$id" params={{ id: session.session_id }}>
                      <Timestamp at={session.started_at} />
                    </RouteLink>
                  </Table.Td>
                  <Table.Td>
                    <Outside line text={nameOf(session.station_id)} />{" "}
                    <Text span size="xs" c="dimmed">
                      {t("power.evse", { number: session.evse })}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Timestamp at={session.ended_at} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Energy wh={session.wanted_wh} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Energy wh={session.got_wh} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Later session={session} />
                  </Table.Td>
                  <Table.Td ta="right">
                    <Duration seconds={session.waited_s} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {rest > 0 && (
        <Text size="sm" c="dimmed">
          {t("power.trial.more", { count: rest })}
        </Text>
      )}
    </Panel>
  );
}

export function TrialResult(props: ResultProps) {
  const { t } = useTranslation();
  const { trial, zone, timeZone } = props;
  if (trial.sessions === 0)
    return (
      <Alert variant="light" color="gray">
        {t("power.trial.noSessions")}
      </Alert>
    );
  const own = trial.circuits.find((circuit) => circuit.zone_id === zone);
  return (
    <>
      <Text size="sm">
        {t("power.trial.played", { count: trial.sessions })} {!trial.knows_load && t("power.trial.noLoad")}
      </Text>
      <Figures trial={trial} />
      <TrialChart trial={trial} capacity={own?.capacity_ma ?? 0} timeZone={timeZone} />
      <Circuits trial={trial} />
      <Sessions {...props} />
      <Text size="xs" c="dimmed">
        {t("power.trial.assumes")}
      </Text>
    </>
  );
}
