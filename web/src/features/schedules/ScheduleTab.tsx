// A charger's next day: what it was told, what it says itself, where both differ; its hours and its wishes.
import { Alert, Button, Group, Stack, Table, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { EvseSchedule, Station, StationSchedule } from "@/api/types";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { notifyFailed, useProblemText } from "@/ui/problem";
import { Outside, Timestamp, useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { AddHoursButton } from "./HoursList";
import { scheduleOptions, useScheduleWrites } from "./queries";
import { SmartPanel } from "./SmartPanel";
import { StepChart } from "./StepChart";

/** Alternating current ends at 63 A on three phases: beyond it is direct, and written as power. */
const AC_MOST_W = 43_500;
/** Stations that say or are known to take no limits. */
const UNFIT = ["unfit", "cannot"];

function Read({ station }: { station: Station }) {
  const { t } = useTranslation();
  const { readSchedule } = useScheduleWrites();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  const read = async () => {
    setBusy(true);
    try {
      await readSchedule(station.id);
    } catch (error) {
      notifyFailed(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      size="xs"
      variant="light"
      leftSection={<IconRefresh size={14} />}
      loading={busy}
      onClick={() => void read()}
    >
      {t("schedule.read")}
    </Button>
  );
}

function Evse({ evse, schedule }: { evse: EvseSchedule; schedule: StationSchedule }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const inPower = evse.full_w > AC_MOST_W;
  const top = inPower ? evse.full_w : evse.full_ma;
  const words = (value: number) =>
    `${(value / 1_000).toLocaleString(locale, { maximumFractionDigits: 1 })} ${inPower ? "kW" : "A"}`;
  const course = (steps: EvseSchedule["expected"]) =>
    steps.map((step) => ({ at: step.at, value: Math.min(inPower ? step.limit_w : step.limit_ma, top) }));
  const courses = [
    { name: t("schedule.should"), steps: course(evse.expected), kind: "should" as const },
    ...(evse.reported.length > 0
      ? [{ name: t("schedule.says"), steps: course(evse.reported), kind: "says" as const }]
      : []),
  ];
  return (
    <Stack gap={6} role="group" aria-label={t("schedule.evseNumber", { evse: evse.evse })}>
      <Text fw={600} size="sm">
        {t("schedule.evseNumber", { evse: evse.evse })}
      </Text>
      <StepChart
        label={t("schedule.chart", { evse: evse.evse })}
        from={schedule.at}
        until={schedule.until}
        zone={schedule.time_zone}
        top={top}
        words={words}
        courses={courses}
      />
      {evse.refused && (
        <Alert color="orange" variant="light">
          {t("schedule.noAnswer")} <Outside text={evse.refused} />
        </Alert>
      )}
      {evse.reported_at ? (
        <Text size="sm" c={evse.differs_at ? "orange" : "dimmed"}>
          {t("schedule.asked")} <Timestamp at={evse.reported_at} zone={schedule.time_zone} />
          {" · "}
          {evse.reported.length === 0 && t("schedule.unreadable")}
          {evse.reported.length > 0 && !evse.differs_at && t("schedule.agrees")}
          {evse.differs_at && (
            <>
              {t("schedule.differs")} <Timestamp at={evse.differs_at} zone={schedule.time_zone} />
            </>
          )}
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          {t("schedule.notAsked")}
        </Text>
      )}
      {evse.session_id && (
        <RouteLink to="/sessions/$id" params={{ id: evse.session_id }}>
          {t("schedule.toSession")}
        </RouteLink>
      )}
    </Stack>
  );
}

function Profiles({ schedule }: { schedule: StationSchedule }) {
  const { t } = useTranslation();
  if (schedule.profiles.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("schedule.noProfiles")}
      </Text>
    );
  return (
    <Table aria-label={t("schedule.sent")} fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("schedule.evse")}</Table.Th>
          <Table.Th>{t("schedule.by")}</Table.Th>
          <Table.Th>{t("schedule.state")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {schedule.profiles.map((each) => (
          <Table.Tr key={`${each.evse}/${each.profile.id}`}>
            <Table.Td>{each.evse === 0 ? t("schedule.whole") : each.evse}</Table.Td>
            <Table.Td>{t(`schedule.from_${each.from}`)}</Table.Td>
            <Table.Td>
              {t(`schedule.profileStates.${each.state}`)}{" "}
              {each.detail && <Outside text={`(${each.detail})`} />}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function ScheduleTab({ station }: { station: Station }) {
  const { t } = useTranslation();
  const mayCommand = useMay("command");
  const { data, error, refetch } = useQuery(scheduleOptions(station.id));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  const hours = [...new Set(data.evses.flatMap((evse) => evse.charging_hours_id ?? []))];
  return (
    <Stack gap="sm">
      <Panel title={t("schedule.nextDay")} aside={mayCommand && data.online && <Read station={station} />}>
        <Stack gap="md">
          {UNFIT.includes(data.fitness) && (
            <Alert color="orange" variant="light">
              {t("schedule.unfit")}
            </Alert>
          )}
          {data.is_zoned && (
            <Text size="sm" c="dimmed">
              {t("schedule.zoned")}
            </Text>
          )}
          {data.evses.map((evse) => (
            <Evse key={evse.evse} evse={evse} schedule={data} />
          ))}
          {data.evses.length === 0 && (
            <Text size="sm" c="dimmed">
              {t("schedule.noEvses")}
            </Text>
          )}
        </Stack>
      </Panel>
      <Panel title={t("schedule.title")}>
        <Group justify="space-between">
          <Text size="sm">
            {hours.length === 0 && t("schedule.noneHere")}
            {hours.map((id) => (
              <RouteLink key={id} to="/charging-hours" search={{ hours: id }}>
                {t("schedule.toHours")}
              </RouteLink>
            ))}
          </Text>
          <AddHoursButton station={station} />
        </Group>
      </Panel>
      <SmartPanel station={station} />
      <Panel title={t("schedule.sent")}>
        <Profiles schedule={data} />
      </Panel>
    </Stack>
  );
}
