// How a booking stands, in colour and word; and when and where it is.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Booking } from "@/api/types";
import { onTheWall } from "@/lib/days";
import { RouteLink } from "@/ui/Links";
import { ToneBadge } from "@/ui/StatusBadge";
import { Outside, Timestamp, useLocale } from "@/ui/Values";
import { clock } from "./clock";

const TONES = {
  booked: "indigo",
  running: "blue",
  done: "green",
  cancelled: "grey",
  expired: "amber",
} as const;
export const STATE_WORDS = ["booked", "running", "done", "cancelled", "expired"] as const;

export function BookingState({ state }: { state: Booking["state"] }) {
  const { t } = useTranslation();
  return <ToneBadge tone={TONES[state]}>{t(`booking.states.${state}`)}</ToneBadge>;
}

/** From when to when, in the site's time. */
export function BookingTime({ booking }: { booking: Booking }) {
  const locale = useLocale();
  const zone = booking.site_time_zone;
  const sameDay =
    onTheWall(booking.starts_at, zone).slice(0, 10) === onTheWall(booking.ends_at, zone).slice(0, 10);
  return (
    <span>
      <Timestamp at={booking.starts_at} zone={zone} />
      {" – "}
      {sameDay ? (
        <time dateTime={booking.ends_at} className="tabular">
          {clock(booking.ends_at, zone, locale)}
        </time>
      ) : (
        <Timestamp at={booking.ends_at} zone={zone} />
      )}
    </span>
  );
}

export function BookingPlace({ booking }: { booking: Booking }) {
  const { t } = useTranslation();
  return (
    <div>
      <RouteLink to="/chargers/$id" params={{ id: booking.station_id }}>
        <Outside line text={booking.station_name ?? booking.station_identity} />
      </RouteLink>
      <Text size="sm" c="dimmed">
        {t("booking.plugNumber", { number: booking.evse })}
      </Text>
    </div>
  );
}

export const isOpen = (booking: Booking): boolean =>
  booking.state === "booked" || booking.state === "running";
