// One session: what it came to, where the figure comes from, its course, and what is odd about it.
import { Alert, Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconFlag3 } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Session } from "@/api/types";
import { SessionEntries } from "@/features/money/SessionEntries";
import { SessionPayments } from "@/features/payments/SessionPayments";
import { SessionSchedulePanel } from "@/features/schedules/SessionSchedulePanel";
import { Facts } from "@/ui/Facts";
import { Figure } from "@/ui/Figure";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Energy, Money, Outside, Percent, Power, Timestamp } from "@/ui/Values";
import { useReadings } from "./queries";
import { ReadingTable } from "./ReadingTable";
import { ReceiptPanel } from "./ReceiptPanel";
import { RunningTime } from "./RunningTime";
import { WhyPrice } from "./WhyPrice";

const ReadingChart = lazy(() => import("./ReadingChart").then((found) => ({ default: found.ReadingChart })));

/** Fewer readings than this make no curve. */
const POINTS_FOR_A_CURVE = 2;

function Flags({ session }: { session: Session }) {
  const { t } = useTranslation();
  if (session.flags.length === 0 && !session.needs_review) return null;
  return (
    <Alert
      color={session.needs_review ? "orange" : "gray"}
      variant="light"
      icon={<IconFlag3 size={18} />}
      title={t(session.needs_review ? "session.reviewTitle" : "session.flagsTitle")}
    >
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {session.flags.map((flag) => (
          <li key={flag}>{t(`session.flag.${flag}`, { defaultValue: flag })}</li>
        ))}
      </ul>
    </Alert>
  );
}

function Figures({ session }: { session: Session }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <Figure
        name={t("session.energy")}
        definition={t("session.energyHelp")}
        value={<Energy wh={session.energy_wh} exact />}
        note={t(`session.source.${session.energy_source}`)}
      />
      <Figure
        name={t("session.duration")}
        definition={t("session.durationHelp")}
        value={<RunningTime session={session} />}
        note={session.site_time_zone}
      />
      <Figure
        name={t("session.power")}
        definition={t("session.powerHelp")}
        value={<Power w={session.power_w} />}
        note={
          session.soc_percent === null ? null : (
            <>
              {t("session.battery")} <Percent value={session.soc_percent} />
            </>
          )
        }
      />
      <Figure
        name={t("session.cost")}
        definition={t("session.costHelp")}
        value={<Money cost={session.cost} />}
        note={session.cost ? null : t("session.noTariff")}
      />
    </SimpleGrid>
  );
}

function useFacts(session: Session): [string, React.ReactNode][] {
  const { t } = useTranslation();
  const zone = session.site_time_zone;
  const state = session.charging_state;
  return [
    [t("session.started"), <Timestamp key="s" at={session.started_at} zone={zone} seconds />],
    [t("session.ended"), <Timestamp key="e" at={session.ended_at} zone={zone} seconds />],
    [t("session.state"), state ? t(`session.charging.${state}`, { defaultValue: state }) : null],
    [t("session.stopReason"), <Outside key="r" text={session.stop_reason} />],
    [t("session.endedBy"), session.ended_by ? t(`session.by.${session.ended_by}`) : null],
    [
      t("session.charger"),
      <RouteLink key="c" to="/chargers/$id" params={{ id: session.station_id }}>
        {session.station_identity}
      </RouteLink>,
    ],
    [t("session.plug"), session.evse],
    [
      t("session.site"),
      <RouteLink key="l" to="/sites/$id" params={{ id: session.site_id }}>
        {session.site_name}
      </RouteLink>,
    ],
    [t("session.kind"), t(`session.kinds.${session.kind}`)],
    [t("session.payment"), t(`session.payments.${session.payment}`)],
    [t("session.key"), <Outside key="k" text={session.id_token} mono />],
    [t("session.keyName"), <Outside key="a" text={session.id_token_alias} />],
    [t("session.reference"), <Outside key="t" text={session.transaction_ref} mono />],
    [t("session.meterStart"), <Energy key="ms" wh={session.meter_start_wh} exact />],
    [t("session.meterEnd"), <Energy key="me" wh={session.meter_end_wh} exact />],
  ];
}

function Course({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data: readings } = useReadings(session.id);
  if (!readings) return <Skeleton height={260} />;
  return (
    <>
      <Panel title={t("session.course")} aside={<Text c="dimmed">{session.site_time_zone}</Text>}>
        {readings.length < POINTS_FOR_A_CURVE ? (
          <Text c="dimmed">{t("session.noCourse")}</Text>
        ) : (
          <Suspense fallback={<Skeleton height={260} />}>
            <ReadingChart readings={readings} zone={session.site_time_zone} />
          </Suspense>
        )}
      </Panel>
      <ReadingTable readings={readings} zone={session.site_time_zone} />
    </>
  );
}

/** What people wrote when they looked at it. */
function Notes({ session }: { session: Session }) {
  const { t } = useTranslation();
  if (session.notes.length === 0) return null;
  return (
    <Panel title={t("session.notes")}>
      <Stack gap="xs">
        {session.notes.map((note) => (
          <div key={note.at}>
            <Outside text={note.text} />
            <Text size="xs" c="dimmed">
              {note.written_by}, <Timestamp at={note.at} zone={session.site_time_zone} />
            </Text>
          </div>
        ))}
      </Stack>
    </Panel>
  );
}

export function SessionDetail({ session }: { session: Session }) {
  const { t } = useTranslation();
  const from = session.energy_source === "none" && !session.ended_at ? "noneYet" : session.energy_source;
  const facts = useFacts(session).map(([name, value]): [string, React.ReactNode] => [name, value ?? "—"]);
  return (
    <Stack gap="sm">
      <Flags session={session} />
      <Figures session={session} />
      <Text c="dimmed">{t(`session.energyFrom.${from}`)}</Text>
      <Group align="flex-start" gap="sm">
        <Stack gap="sm" style={{ flex: "2 1 480px", minWidth: 0 }}>
          <SessionSchedulePanel id={session.id} running={session.ended_at === null} />
          <ReceiptPanel session={session} />
          <WhyPrice session={session} />
          <SessionPayments session={session.id} />
          <SessionEntries session={session.id} />
          <Course session={session} />
        </Stack>
        <Stack gap="sm" style={{ flex: "1 1 300px", minWidth: 0 }}>
          <Panel title={t("session.facts")}>
            <Facts rows={facts} />
          </Panel>
          <Notes session={session} />
        </Stack>
      </Group>
    </Stack>
  );
}
