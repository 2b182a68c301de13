// Who has a plug in the time to come: bookings, and what chargers were asked to reserve by hand.
import { Skeleton, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Booking, Overview } from "@/api/types";
import { upcomingBookingsOptions } from "@/features/bookings/queries";
import { RouteLink } from "@/ui/Links";
import { Panel } from "@/ui/Panel";
import { Outside, Timestamp } from "@/ui/Values";
import classes from "./Upcoming.module.css";

type Reservation = Overview["upcoming"][number];

function BookingRow({ booking }: { booking: Booking }) {
  return (
    <Table.Tr>
      <Table.Td>
        <RouteLink to="/bookings" search={{ booking: booking.id }}>
          <Timestamp at={booking.starts_at} zone={booking.site_time_zone} />
        </RouteLink>
      </Table.Td>
      <Table.Td>
        <Outside text={booking.driver_name} />
      </Table.Td>
      <Table.Td className="quiet">
        <Outside text={booking.site_name} />
      </Table.Td>
    </Table.Tr>
  );
}

function ReservationRow({ reservation }: { reservation: Reservation }) {
  const { t } = useTranslation();
  return (
    <Table.Tr>
      <Table.Td>
        <RouteLink to="/chargers/$id" params={{ id: reservation.station_id }} search={{ tab: "held" }}>
          {reservation.station_identity}
          {reservation.evse ? ` · ${t("dashboard.plug", { number: reservation.evse })}` : ""}
        </RouteLink>
      </Table.Td>
      <Table.Td>
        <Outside text={reservation.id_token_alias ?? reservation.id_token} />
      </Table.Td>
      <Table.Td className="quiet">
        {t("dashboard.until")} <Timestamp at={reservation.expires_at} />
      </Table.Td>
    </Table.Tr>
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
      {bookings.length + reservations.length > 0 && (
        <Table withRowBorders={false} verticalSpacing={4} className={classes.list} fz="md">
          <caption className="visually-hidden">{t("dashboard.upcoming")}</caption>
          <Table.Tbody>
            {bookings.map((each) => (
              <BookingRow key={each.id} booking={each} />
            ))}
            {reservations.map((each) => (
              <ReservationRow key={`${each.station_id} ${each.number}`} reservation={each} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}
