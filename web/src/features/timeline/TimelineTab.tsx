// What happened at a charger, one line each, newest first; a moment can be jumped to.
import { Button, Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { IconClockSearch, IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { useList } from "@/api/pages";
import type { Station, TimelineLine } from "@/api/types";
import { onTheWall, wallTime } from "@/lib/days";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { RouteLink } from "@/ui/Links";
import { Energy, Outside, Timestamp, useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import { useZone } from "@/ui/zone";
import classes from "./Timeline.module.css";
import { differences, lookOfLine, told } from "./words";

function Says({ line }: { line: TimelineLine }) {
  const { t } = useTranslation();
  const status = (word: string) => t(`status.${word}`, { defaultValue: word });
  switch (line.kind) {
    case "status":
      return (
        <>
          {told(line, "from")
            ? t("timeline.statusFrom", { from: status(told(line, "from")), to: status(told(line, "to")) })
            : t("timeline.statusFirst", { to: status(told(line, "to")) })}
          {told(line, "error") && (
            <>
              {" · "}
              <Outside
                text={[told(line, "error"), told(line, "vendor_error"), told(line, "info")]
                  .filter(Boolean)
                  .join(" · ")}
              />
            </>
          )}
        </>
      );
    case "command":
      return (
        <>
          {t("timeline.command", {
            command: t(`command.${told(line, "command")}.name`, {
              defaultValue: told(line, "command").replaceAll("_", " "),
            }),
            by: line.by,
          })}
          {" · "}
          {told(line, "outcome")
            ? t(`command.outcome.${told(line, "outcome")}`, { defaultValue: told(line, "outcome") })
            : t("command.notYet")}
          {told(line, "status") && (
            <>
              {" "}
              (<Outside text={told(line, "status")} mono />)
            </>
          )}
        </>
      );
    case "session_started":
      return (
        <>
          {t("timeline.sessionStarted")} <Outside text={told(line, "key") || null} mono />
        </>
      );
    case "session_ended":
      return (
        <>
          {t("timeline.sessionEnded")} <Energy wh={Number(told(line, "energy_wh")) || 0} />
          {told(line, "reason") && (
            <>
              {" · "}
              <Outside text={told(line, "reason")} />
            </>
          )}
        </>
      );
    case "authorised":
      return (
        <>
          {t(told(line, "accepted") === "true" ? "timeline.keyAccepted" : "timeline.keyRefused")}{" "}
          <Outside text={told(line, "key")} mono />
          {told(line, "why") && `: ${t(`timeline.keyWhy.${told(line, "why")}`)}`}
        </>
      );
    case "change":
      return (
        <>
          {t(`timeline.changes.${told(line, "action").replaceAll(".", "_")}`, {
            defaultValue: told(line, "action").replaceAll(".", " ").replaceAll("_", " "),
          })}
          {line.by && ` · ${line.by}`}
          {differences(line).map((each) => (
            <Text key={each} size="sm" c="dimmed">
              {each}
            </Text>
          ))}
        </>
      );
    case "refused":
      return (
        <>
          {t("timeline.refused", {
            reason: t(`unknown.reasons.${told(line, "reason")}`, { defaultValue: told(line, "reason") }),
          })}{" "}
          <Outside text={told(line, "address")} mono />
        </>
      );
    case "fault_opened":
    case "security":
      return (
        <>
          {t(`timeline.${line.kind}`)}{" "}
          <Outside
            text={[told(line, "kind"), told(line, "code"), told(line, "vendor_code"), told(line, "info")]
              .filter(Boolean)
              .join(" · ")}
          />
        </>
      );
    case "booted":
      return (
        <>
          {t("timeline.booted")}{" "}
          <Outside text={[told(line, "reason"), told(line, "firmware")].filter(Boolean).join(" · ")} />
        </>
      );
    case "connected":
      return (
        <>
          {t("timeline.connected")} <Outside text={told(line, "address")} mono />
        </>
      );
    default:
      return t(`timeline.${line.kind}`, { defaultValue: line.kind.replaceAll("_", " ") });
  }
}

function Line({ line }: { line: TimelineLine }) {
  const { t } = useTranslation();
  const { icon: Sign, tone } = lookOfLine(line);
  return (
    <li className={classes.line}>
      <span className={classes.time}>
        <Timestamp at={line.at} seconds />
      </span>
      <span className={classes.sign} data-tone={tone}>
        <Sign size={16} stroke={1.8} aria-hidden />
      </span>
      <div className={classes.text}>
        {line.evse !== null && (
          <Text component="span" fw={550}>
            {t("charger.plugNumber", { number: line.evse })}:{" "}
          </Text>
        )}
        <Says line={line} />
        {line.session_id && (
          <>
            {" · "}
            <RouteLink to="/sessions/$id" params={{ id: line.session_id }} underline="always">
              {t("timeline.openSession")}
            </RouteLink>
          </>
        )}
        {line.cause && (
          <Text size="sm" c="dimmed">
            {t("timeline.after", {
              command: t(`command.${line.cause.command}.name`, {
                defaultValue: line.cause.command.replaceAll("_", " "),
              }),
              by: line.cause.by,
            })}
          </Text>
        )}
      </div>
    </li>
  );
}

/** `14 March 2026` of a moment, in the site's zone: the line between two days. */
function useDay(): (at: string) => string {
  const locale = useLocale();
  const timeZone = useZone();
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone });
  return (at) => format.format(new Date(at));
}

export function TimelineTab({ station }: { station: Station }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const zone = useZone();
  const day = useDay();
  // The minute that is asked for belongs to it.
  const query = { until: url.until && new Date(Date.parse(url.until) + 60_000).toISOString() };
  const list = useList<TimelineLine>(
    [...keys.ofStation(station.id, "timeline"), query],
    `/stations/${station.id}/timeline`,
    query,
  );
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <TextInput
          type="datetime-local"
          label={t("timeline.jump", { zone })}
          leftSection={<IconClockSearch size={16} />}
          value={onTheWall(url.until, zone)}
          onChange={(event) => set({ until: wallTime(event.currentTarget.value, zone) })}
        />
        {url.until && (
          <Button variant="default" onClick={() => set({ until: undefined })}>
            {t("timeline.now")}
          </Button>
        )}
      </Group>
      {list.error && list.items.length === 0 ? (
        <Failure error={list.error} retry={list.retry} />
      ) : list.loading ? (
        <Waiting />
      ) : list.items.length === 0 ? (
        <Paper>
          <EmptyState icon={IconHistory} title={t("timeline.none")} text={t("timeline.noneText")} />
        </Paper>
      ) : (
        <Paper p="md">
          <ol className={classes.lines} aria-label={t("timeline.title")} aria-busy={list.stale}>
            {list.items.map((line, index) => {
              const before = list.items[index - 1];
              const isNewDay = !before || day(before.at) !== day(line.at);
              return [
                isNewDay && (
                  <li key={`day ${line.id}`} className={classes.day}>
                    {day(line.at)}
                  </li>
                ),
                <Line key={`${line.kind} ${line.id}`} line={line} />,
              ];
            })}
          </ol>
          {list.more && (
            <Group justify="center" mt="md">
              <Button variant="default" size="xs" loading={list.loadingMore} onClick={list.loadMore}>
                {t("timeline.older")}
              </Button>
            </Group>
          )}
        </Paper>
      )}
    </Stack>
  );
}
