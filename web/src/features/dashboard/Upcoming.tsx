// Who has a plug in the time to come: bookings, and what chargers were asked to reserve by hand.
import { Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Booking, Overview } from "@/api/types";
import { upcomingBookingsOptions } from "@/features/bookings/queries";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Outside, Timestamp } from "@/ui/Values";

type Reservation = Overview["upcoming"][number];

function BookingLine({ booking }: { booking: Booking }) {
  return (
    <Group justify="space-between" gap="xs">
      <RouteLink to="/bookings" search={{ booking: booking.id }}>
        <Timestamp at={booking.starts_at} zone={booking.site_time_zone} />
      </RouteLink>
      <Outside text={booking.driver_name} />
      <span className="quiet">
        <Outside text={booking.site_name} />
      </span>
    </Group>
  );
}

function ReservationLine({ reservation }: { reservation: Reservation }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" gap="xs">
      <RouteLink to="/chargers/$id" params={{ id: reservation.station_id }} search={{ tab: "held" }}>
        {reservation.station_identity}
        {reservation.evse ? ` · ${t("dashboard.plug", { number: reservation.evse })}` : ""}
      </RouteLink>
      <Outside text={reservation.id_token_alias ?? reservation.id_token} />
      <span className="quiet">
        {t("dashboard.until")} <Timestamp at={reservation.expires_at} />
      </span>
    </Group>
  );
}

export function Upcoming({ reservations }: { reservations: Reservation[] }) {
  const { t } = useTranslation();
  const may = useMay("sessions_read");
  const { data, isPending } = useQuery({ ...upcomingBookingsOptions, enabled: may });
  const bookings = data ?? [];
  const waits = may && isPending;
  return (
    <Panel
      title={t("dashboard.upcoming")}
      aside={bookings.length > 0 && <RouteLink to="/bookings">{t("dashboard.allBookings")}</RouteLink>}
    >
      {waits && <Skeleton h={20} />}
      {!waits && bookings.length + reservations.length === 0 && (
        <Text c="dimmed">{t("dashboard.noUpcoming")}</Text>
      )}
      <Stack gap={6}>
        {bookings.map((each) => (
          <BookingLine key={each.id} booking={each} />
        ))}
        {reservations.map((each) => (
          <ReservationLine key={`${each.station_id} ${each.number}`} reservation={each} />
        ))}
      </Stack>
    </Panel>
  );
}
