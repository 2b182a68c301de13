// The bookings of a site by day and charger: a lane for each plug, midnight to midnight.
import {
  ActionIcon,
  Group,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconCalendarEvent, IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { siteChoicesOptions } from "@/api/lookups";
import type { Booking } from "@/api/types";
import { dayEnd, dayStart, onTheWall } from "@/lib/days";
import { useUrlState } from "@/lib/urlState";
import { EmptyState } from "@/ui/EmptyState";
import { Failure } from "@/ui/Failure";
import { Panel } from "@/ui/Panel";
import { useLocale } from "@/ui/Values";
import { Waiting } from "@/ui/Waiting";
import classes from "./BookingCalendar.module.css";
import { clock } from "./clock";
import { calendarOptions, nextBookingSiteOptions } from "./queries";

const DAYS_OF_WEEK = 7;
const HOURS = ["00", "04", "08", "12", "16", "20", "24"];

export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** Where a booking lies within a day, in hundredths of it; nothing where it touches another day only. */
export function within(
  booking: { starts_at: string; ends_at: string },
  from: string,
  to: string,
): { left: number; width: number } | null {
  const [start, end] = [new Date(from).getTime(), new Date(to).getTime()];
  const first = Math.max(new Date(booking.starts_at).getTime(), start);
  const last = Math.min(new Date(booking.ends_at).getTime(), end);
  if (last <= first) return null;
  return { left: ((first - start) / (end - start)) * 100, width: ((last - first) / (end - start)) * 100 };
}

interface Lane {
  key: string;
  name: string;
  bookings: Booking[];
}

function lanesOf(bookings: Booking[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const each of bookings) {
    const key = `${each.station_id} ${each.evse}`;
    const name = `${each.station_name ?? each.station_identity} / ${each.evse}`;
    const lane = lanes.get(key) ?? { key, name, bookings: [] };
    lane.bookings.push(each);
    lanes.set(key, lane);
  }
  return [...lanes.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function Day({
  day,
  zone,
  bookings,
  onOpen,
}: {
  day: string;
  zone: string;
  bookings: Booking[];
  onOpen: (id: string) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [from, to] = [dayStart(day, zone) ?? "", dayEnd(day, zone) ?? ""];
  const lanes = lanesOf(bookings.filter((each) => within(each, from, to)));
  const title = new Date(`${day}T12:00:00Z`).toLocaleDateString(locale, {
    timeZone: "UTC",
    weekday: "long",
    day: "numeric",
    month: "long",
  });
  return (
    <Panel title={title}>
      {lanes.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("booking.dayFree")}
        </Text>
      ) : (
        <Stack gap={6}>
          <div className={classes.hours} aria-hidden>
            {HOURS.map((hour) => (
              <span key={hour}>{hour}</span>
            ))}
          </div>
          {lanes.map((lane) => (
            <div key={lane.key}>
              <Text size="sm">{lane.name}</Text>
              <div className={classes.lane}>
                {lane.bookings.map((each) => {
                  const place = within(each, from, to);
                  if (!place) return null;
                  const name = each.driver_name || t("booking.erased");
                  const time = `${clock(each.starts_at, zone, locale)}–${clock(each.ends_at, zone, locale)}`;
                  const label = `${name}, ${time}, ${t(`booking.states.${each.state}`)}`;
                  return (
                    <button
                      type="button"
                      key={each.id}
                      className={classes.block}
                      data-state={each.state}
                      style={{ left: `${place.left}%`, width: `${place.width}%` }}
                      aria-label={label}
                      title={label}
                      onClick={() => onOpen(each.id)}
                    >
                      {name}
                    </button>
                  );
                })}
              </div>
            </div>
          ))}
        </Stack>
      )}
    </Panel>
  );
}

export function BookingCalendar() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const { data: sites } = useQuery(siteChoicesOptions);
  const { data: next } = useQuery({ ...nextBookingSiteOptions, enabled: !url.site });
  const wanted = url.site ?? next;
  // Nothing is drawn before it is known where.
  const known = wanted === undefined ? undefined : sites?.items;
  const site = known?.find((each) => each.id === wanted) ?? known?.[0];
  const zone = site?.time_zone ?? "UTC";
  const day = url.day ?? onTheWall(new Date().toISOString(), zone).slice(0, 10);
  const week = url.span !== "day";
  const days = Array.from({ length: week ? DAYS_OF_WEEK : 1 }, (_, at) => addDays(day, at));
  const from = dayStart(day, zone) ?? "";
  const to = dayEnd(days.at(-1) ?? day, zone) ?? "";
  const { data, error, isPending, refetch } = useQuery(calendarOptions(site?.id ?? "", from, to));
  if (known && !site) {
    return (
      <EmptyState icon={IconCalendarEvent} title={t("booking.noSites")} text={t("booking.noSitesText")} />
    );
  }
  return (
    <Stack gap="sm">
      <Group gap="xs" align="flex-end">
        <Select
          label={t("booking.site")}
          data={(sites?.items ?? []).map((each) => ({ value: each.id, label: each.name }))}
          value={site?.id ?? null}
          onChange={(value) => set({ site: value ?? undefined })}
          searchable
          allowDeselect={false}
        />
        <Group gap={4} align="flex-end" wrap="nowrap">
          <ActionIcon
            variant="default"
            size="input-sm"
            aria-label={t("booking.earlier")}
            onClick={() => set({ day: addDays(day, -days.length) })}
          >
            <IconChevronLeft size={16} />
          </ActionIcon>
          <TextInput
            type="date"
            label={t("booking.day")}
            value={day}
            onChange={(event) => set({ day: event.currentTarget.value || undefined })}
          />
          <ActionIcon
            variant="default"
            size="input-sm"
            aria-label={t("booking.later")}
            onClick={() => set({ day: addDays(day, days.length) })}
          >
            <IconChevronRight size={16} />
          </ActionIcon>
        </Group>
        <SegmentedControl
          aria-label={t("booking.span")}
          value={week ? "week" : "day"}
          onChange={(value) => set({ span: value === "day" ? "day" : undefined })}
          data={(["week", "day"] as const).map((value) => ({ value, label: t(`booking.spans.${value}`) }))}
        />
      </Group>
      <Text size="sm" c="dimmed">
        {t("booking.zone", { zone })}
      </Text>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <Waiting />
      ) : (
        <SimpleGrid cols={{ base: 1, lg: week ? 2 : 1 }} spacing="sm">
          {days.map((each) => (
            <Day key={each} day={each} zone={zone} bookings={data} onOpen={(booking) => set({ booking })} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}
