// Bookings, those to come first; filters in the URL.
import { Group, Stack, UnstyledButton } from "@mantine/core";
import { IconCalendarEvent, IconFilterOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/login";
import { useSiteChoices } from "@/api/lookups";
import type { Booking } from "@/api/types";
import { dayEnd, dayStart } from "@/lib/days";
import { useUrlState } from "@/lib/urlState";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { type Chip, DayFilter, FilterChips, FilterSelect, SearchBox } from "@/ui/Filters";
import { ColumnChooser } from "@/ui/list/ColumnChooser";
import { type ListColumn, useColumns } from "@/ui/list/columns";
import { ExportMenu } from "@/ui/list/ExportMenu";
import { SavedViews } from "@/ui/list/SavedViews";
import { Absent, Money, Outside, Timestamp } from "@/ui/Values";
import { useZone } from "@/ui/zone";
import { BookingPlace, BookingState, BookingTime, STATE_WORDS } from "./BookingState";
import { useBookings } from "./queries";

export function useBookingColumns(open: (id: string) => void): ListColumn<Booking>[] {
  const { t } = useTranslation();
  return [
    {
      accessor: "starts_at",
      title: t("booking.when"),
      fixed: true,
      render: (row) => (
        <UnstyledButton fw={550} fz="sm" c="var(--mantine-color-anchor)" onClick={() => open(row.id)}>
          <BookingTime booking={row} />
        </UnstyledButton>
      ),
    },
    {
      accessor: "state",
      title: t("booking.state"),
      render: (row) => <BookingState state={row.state} />,
    },
    {
      accessor: "driver_name",
      title: t("booking.driver"),
      render: (row) => <Outside line text={row.driver_name || t("booking.erased")} />,
    },
    {
      accessor: "site_name",
      title: t("booking.site"),
      render: (row) => <Outside line text={row.site_name} />,
    },
    { accessor: "charger", title: t("booking.charger"), render: (row) => <BookingPlace booking={row} /> },
    {
      accessor: "fee",
      title: t("booking.fee"),
      textAlign: "right",
      render: (row) => (row.fee ? <Money cost={row.fee} /> : <Absent />),
    },
    {
      accessor: "revealed_at",
      title: t("booking.told"),
      optional: true,
      render: (row) => <Timestamp at={row.revealed_at} zone={row.site_time_zone} />,
    },
    {
      accessor: "made_at",
      title: t("booking.madeAt"),
      optional: true,
      render: (row) => <Timestamp at={row.made_at} />,
    },
    {
      accessor: "made_by",
      title: t("booking.madeBy"),
      optional: true,
      render: (row) => <Outside text={row.made_by} />,
    },
  ];
}

export function BookingList({ onAdd }: { onAdd: (() => void) | undefined }) {
  const { t } = useTranslation();
  const [url, set] = useUrlState();
  const zone = useZone();
  const sites = useSiteChoices();
  const mayExport = useMay("export");
  const state = url.state;
  const past = state !== undefined && state !== "booked" && state !== "running";
  const filter = {
    state: state === "all" ? undefined : (STATE_WORDS.find((word) => word === state) ?? "open"),
    site_id: url.site,
    driver_id: url.driver,
    q: url.q,
    from: url.from ? dayStart(url.from, zone) : undefined,
    to: url.to ? dayEnd(url.to, zone) : undefined,
    // What is over is looked at from its end.
    sort: past ? "-starts_at" : undefined,
  };
  const list = useBookings(filter);
  const columns = useColumns(
    "bookings",
    useBookingColumns((booking) => set({ booking })),
  );
  const chips: Chip[] = [
    state && {
      name: "state",
      label: state === "all" ? t("booking.allStates") : t(`booking.states.${state}`, { defaultValue: state }),
    },
    url.site && { name: "site", label: sites.find((each) => each.value === url.site)?.label ?? url.site },
    url.driver && { name: "driver", label: list.items[0]?.driver_name ?? t("booking.driver") },
    url.from && { name: "from", label: t("booking.fromDay", { day: url.from }) },
    url.to && { name: "to", label: t("booking.toDay", { day: url.to }) },
  ].filter((each): each is Chip => Boolean(each));
  return (
    <Stack gap="sm">
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <SearchBox label={t("booking.search")} />
          <FilterSelect
            name="state"
            label={t("booking.state")}
            choices={[
              ...STATE_WORDS.map((value) => ({ value, label: t(`booking.states.${value}`) })),
              { value: "all", label: t("booking.allStates") },
            ]}
          />
          <FilterSelect name="site" label={t("booking.site")} choices={sites} />
          <DayFilter name="from" label={t("booking.from")} />
          <DayFilter name="to" label={t("booking.to")} />
        </Group>
        <Group gap="xs">
          <SavedViews page="bookings" />
          <ColumnChooser columns={columns} />
          {mayExport && <ExportMenu route="/bookings/export" query={filter} />}
        </Group>
      </Group>
      <FilterChips chips={chips} />
      <DataTable<Booking>
        list={list}
        columns={columns.columns}
        label={t("booking.title")}
        minWidth={820}
        empty={
          chips.length > 0 || url.q ? (
            <EmptyState icon={IconFilterOff} title={t("booking.none")} text={t("booking.noneText")} />
          ) : (
            <EmptyState
              icon={IconCalendarEvent}
              title={t("booking.noneOpen")}
              text={onAdd ? t("booking.noneOpenText") : t("booking.noneText")}
            />
          )
        }
      />
    </Stack>
  );
}
