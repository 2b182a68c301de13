// A booking is made for a driver, or gets another time.
import { Alert, Select, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { siteChoicesOptions } from "@/api/lookups";
import type { Booking, Page, Station } from "@/api/types";
import { onTheWall } from "@/lib/days";
import { DriverChoice } from "@/ui/choices";
import { FormDialog } from "@/ui/FormDialog";
import { RouteLink } from "@/ui/Links";
import { notifyDone } from "@/ui/problem";
import { bookingRulesOptions, useBookingWrites } from "./queries";
import { SlotPicker } from "./SlotPicker";

/** Chargers of a site offered by name. */
const CHARGERS = 500;

const today = (zone: string, at = new Date().toISOString()) => onTheWall(at, zone).slice(0, 10);

/** The site's chargers that can be booked. */
function useBookable(site: string) {
  const { data: rules } = useQuery(bookingRulesOptions(site));
  const { data } = useQuery({
    queryKey: [...keys.stationLists, "choices", site],
    queryFn: ({ signal }) => http.get<Page<Station>>("/stations", { site_id: site, limit: CHARGERS }, signal),
    enabled: Boolean(site),
  });
  const only = rules?.rules.stations ?? [];
  const chargers = (data?.items ?? []).filter((each) => only.length === 0 || only.includes(each.id));
  return {
    rules: rules?.rules,
    chargers: chargers.map((each) => ({ value: each.id, label: each.name ?? each.identity })),
  };
}

function useSite(id: string) {
  const { data } = useQuery(siteChoicesOptions);
  return { sites: data?.items ?? [], site: data?.items.find((each) => each.id === id) };
}

interface NewProps {
  site?: string | undefined;
  driver?: { value: string; label: string } | undefined;
  onClose: () => void;
}

export function NewBooking({ site: given, driver, onClose }: NewProps) {
  const { t } = useTranslation();
  const { book } = useBookingWrites();
  const form = useForm({
    initialValues: {
      site_id: given ?? "",
      driver_id: driver?.value ?? "",
      from: null as string | null,
      slots: 1,
      station_id: null as string | null,
      note: "",
    },
    validate: {
      site_id: (value) => (value ? null : t("form.required")),
      driver_id: (value) => (value ? null : t("form.required")),
      from: (value) => (value ? null : t("booking.chooseSlot")),
    },
  });
  const { sites, site } = useSite(form.values.site_id);
  const zone = site?.time_zone ?? "UTC";
  const [day, setDay] = useState<string | null>(null);
  const { rules, chargers } = useBookable(form.values.site_id);
  return (
    <FormDialog
      title={t("booking.add")}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("booking.book")}
      onSubmit={async (values) => {
        await book({
          site_id: values.site_id,
          driver_id: values.driver_id,
          from: values.from ?? "",
          slots: values.slots,
          station_id: values.station_id,
          note: values.note.trim() || null,
        });
        notifyDone(t("booking.made"));
      }}
    >
      <DriverChoice
        label={t("booking.driver")}
        value={form.values.driver_id || null}
        onChange={(value) => form.setFieldValue("driver_id", value ?? "")}
        known={driver ?? null}
        error={form.errors.driver_id}
      />
      <Select
        label={t("booking.site")}
        data={sites.map((each) => ({ value: each.id, label: each.name }))}
        searchable
        {...form.getInputProps("site_id")}
        onChange={(value) => form.setValues({ site_id: value ?? "", station_id: null, from: null, slots: 1 })}
      />
      {site && rules && !rules.enabled && (
        <Alert color="gray" variant="light" title={t("booking.siteOff")}>
          <RouteLink to="/sites/$id" params={{ id: site.id }} search={{ tab: "booking" } as never}>
            {t("booking.siteRules")}
          </RouteLink>
        </Alert>
      )}
      {site && rules?.enabled && (
        <>
          <SlotPicker
            site={site.id}
            zone={zone}
            day={day ?? today(zone)}
            onDay={setDay}
            value={{ from: form.values.from, slots: form.values.slots }}
            onChange={(value) => form.setValues(value)}
            error={form.errors.from as string | undefined}
          />
          <Select
            label={t("booking.charger")}
            description={t("booking.chargerHelp")}
            placeholder={t("booking.anyCharger")}
            data={chargers}
            searchable
            clearable
            {...form.getInputProps("station_id")}
          />
          <Textarea label={t("booking.note")} autosize maxLength={500} {...form.getInputProps("note")} />
        </>
      )}
    </FormDialog>
  );
}

export function MoveBooking({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const { t } = useTranslation();
  const { move } = useBookingWrites();
  const zone = booking.site_time_zone;
  const [day, setDay] = useState(today(zone, booking.starts_at));
  const { chargers } = useBookable(booking.site_id);
  const form = useForm({
    initialValues: {
      from: booking.starts_at as string | null,
      slots: booking.slots,
      station_id: null as string | null,
    },
    validate: { from: (value) => (value ? null : t("booking.chooseSlot")) },
  });
  return (
    <FormDialog
      title={t("booking.moveTitle", { name: booking.driver_name })}
      opened
      onClose={onClose}
      form={form}
      submitLabel={t("booking.move")}
      onSubmit={async ({ from, slots, station_id }) => {
        await move(booking, { from: from ?? "", slots, station_id });
        notifyDone(t("booking.moved"));
      }}
    >
      <SlotPicker
        site={booking.site_id}
        zone={zone}
        day={day}
        onDay={setDay}
        value={{ from: form.values.from, slots: form.values.slots }}
        onChange={(value) => form.setValues(value)}
        error={form.errors.from as string | undefined}
      />
      <Select
        label={t("booking.charger")}
        description={t("booking.moveCharger")}
        placeholder={t("booking.sameCharger")}
        data={chargers}
        searchable
        clearable
        {...form.getInputProps("station_id")}
      />
    </FormDialog>
  );
}

export function CancelBooking({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const { t } = useTranslation();
  const { cancel } = useBookingWrites();
  const form = useForm({ initialValues: { reason: "" } });
  return (
    <FormDialog
      title={t("booking.cancelTitle", { name: booking.driver_name })}
      opened
      onClose={onClose}
      form={form}
      danger
      submitLabel={t("booking.cancel")}
      onSubmit={async ({ reason }) => {
        await cancel(booking.id, reason.trim() || null);
        notifyDone(t("booking.cancelled"));
      }}
    >
      <Alert color="gray" variant="light">
        {t("booking.cancelText")}
      </Alert>
      <Textarea
        label={t("booking.reason")}
        description={t("booking.reasonHelp")}
        autosize
        maxLength={500}
        data-autofocus
        {...form.getInputProps("reason")}
      />
    </FormDialog>
  );
}
