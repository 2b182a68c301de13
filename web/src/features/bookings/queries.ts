// Reads and writes of bookings, of the rules of a site, and the slots that are free.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http, type Query } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Booking, BookingRules, BookingSlot, BookingStory, Page, SiteBookingRules } from "@/api/types";

/** Bookings drawn in a calendar at most; a week of a site with more is looked at by day. */
const CALENDAR_MOST = 500;
/** On the dashboard. */
const UPCOMING = 5;
/** Free plugs change with every booking of others. */
const SLOTS_MS = 30_000;

export const useBookings = (filter: Query): List<Booking> =>
  useList<Booking>([...keys.bookings, "list", filter], "/bookings", filter);

export const bookingOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.bookings, "one", id],
    queryFn: ({ signal }) => http.get<BookingStory>(`/bookings/${encodeURIComponent(id)}`, {}, signal),
  });

/** What touches a stretch of time at a site. */
export const calendarOptions = (site: string, from: string, to: string) =>
  queryOptions({
    queryKey: [...keys.bookings, "calendar", site, from, to],
    queryFn: ({ signal }) =>
      http.get<Page<Booking>>("/bookings", { site_id: site, from, to, limit: CALENDAR_MOST }, signal),
    select: (page) => page.items.filter((each) => each.state !== "cancelled"),
    enabled: Boolean(site),
  });

/** Those that come next. */
export const upcomingBookingsOptions = queryOptions({
  queryKey: [...keys.bookings, "upcoming"],
  queryFn: ({ signal }) => http.get<Page<Booking>>("/bookings", { state: "open", limit: UPCOMING }, signal),
  select: (page) => page.items,
});

/** Where the next booking is: the calendar opens there. */
export const nextBookingSiteOptions = queryOptions({
  queryKey: [...keys.bookings, "next site"],
  queryFn: ({ signal }) => http.get<Page<Booking>>("/bookings", { state: "open", limit: 1 }, signal),
  select: (page) => page.items[0]?.site_id ?? null,
});

export const bookingRulesOptions = (site: string) =>
  queryOptions({
    queryKey: [...keys.bookings, "rules", site],
    queryFn: ({ signal }) =>
      http.get<SiteBookingRules>(`/sites/${encodeURIComponent(site)}/booking-rules`, {}, signal),
    enabled: Boolean(site),
  });

export const slotsOptions = (site: string, day: string | undefined, days: number) =>
  queryOptions({
    queryKey: [...keys.bookings, "slots", site, day, days],
    queryFn: ({ signal }) =>
      http.get<Page<BookingSlot>>(`/sites/${encodeURIComponent(site)}/booking-slots`, { day, days }, signal),
    select: (page) => page.items,
    refetchInterval: SLOTS_MS,
    enabled: Boolean(site) && Boolean(day),
  });

export interface BookingInput {
  site_id: string;
  driver_id: string;
  from: string;
  slots: number;
  station_id: string | null;
  note: string | null;
}

export function useBookingWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.bookings }));
  return {
    book: (input: BookingInput) => after(http.post<BookingStory>("/bookings", input)),
    move: (old: Booking, to: { from: string; slots: number; station_id: string | null }) =>
      after(http.put<BookingStory>(`/bookings/${old.id}`, to, old.version)),
    cancel: (id: string, reason: string | null) =>
      after(http.post<BookingStory>(`/bookings/${id}/cancel`, { reason })),
    setRules: (site: string, rules: BookingRules, version: number) =>
      after(http.put<SiteBookingRules>(`/sites/${site}/booking-rules`, rules, version)),
    preview: (site: string, rules: BookingRules) =>
      http.post<Page<BookingSlot>>(`/sites/${site}/booking-slots`, rules),
  };
}
