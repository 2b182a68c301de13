// The bookings of one driver, the newest first.
import { Button, Group, Stack } from "@mantine/core";
import { IconCalendarEvent, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import type { Booking } from "@/api/types";
import { useUrlState } from "@/lib/urlState";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { BookingDrawer } from "./BookingDrawer";
import { NewBooking } from "./BookingForm";
import { useBookingColumns } from "./BookingList";
import { useBookings } from "./queries";

export function DriverBookings({ driver }: { driver: { id: string; name: string } }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const may = useMay("sessions");
  const [adding, setAdding] = useState(false);
  const list = useBookings({ driver_id: driver.id, sort: "-starts_at" });
  const columns = useBookingColumns((booking) => set({ booking }));
  const shown = columns.filter((each) => !each.optional && each.accessor !== "driver_name");
  return (
    <Stack gap="sm">
      {may && (
        <Group justify="flex-end">
          <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
            {t("booking.add")}
          </Button>
        </Group>
      )}
      <DataTable<Booking>
        list={list}
        columns={shown}
        label={t("booking.title")}
        empty={
          <EmptyState
            icon={IconCalendarEvent}
            title={t("booking.noneOfDriver")}
            text={t("booking.noneOfDriverText")}
          />
        }
      />
      {adding && (
        <NewBooking driver={{ value: driver.id, label: driver.name }} onClose={() => setAdding(false)} />
      )}
      <BookingDrawer id={url.booking} onClose={() => set({ booking: undefined })} />
    </Stack>
  );
}
