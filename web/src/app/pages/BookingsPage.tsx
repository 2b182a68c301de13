// Bookings: as a list, and as a calendar of a site.
import { Button, SegmentedControl, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { BookingCalendar } from "@/features/bookings/BookingCalendar";
import { BookingDrawer } from "@/features/bookings/BookingDrawer";
import { NewBooking } from "@/features/bookings/BookingForm";
import { BookingList } from "@/features/bookings/BookingList";
import { useUrlState } from "@/lib/urlState";
import { Page } from "@/ui/Page";

export function BookingsPage() {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const may = useMay("sessions");
  const add = () => set({ add: "1" });
  const calendar = url.view === "calendar";
  return (
    <Page
      title={t("booking.title")}
      lead={t("booking.lead")}
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} />} onClick={add}>
            {t("booking.add")}
          </Button>
        )
      }
    >
      <Stack gap="sm">
        <SegmentedControl
          aria-label={t("booking.view")}
          style={{ alignSelf: "flex-start" }}
          value={calendar ? "calendar" : "list"}
          onChange={(view) => set({ view: view === "calendar" ? view : undefined })}
          data={(["list", "calendar"] as const).map((value) => ({
            value,
            label: t(`booking.views.${value}`),
          }))}
        />
        {calendar ? <BookingCalendar /> : <BookingList onAdd={may ? add : undefined} />}
      </Stack>
      {url.add === "1" && <NewBooking site={url.site} onClose={() => set({ add: undefined })} />}
      <BookingDrawer id={url.booking} onClose={() => set({ booking: undefined })} />
    </Page>
  );
}
