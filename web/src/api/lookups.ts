// Short reads that several features need: one station, one session, the sites to choose from.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { http } from "./http";
import { keys } from "./keys";
import type { Deviation, IdToken, Overview, Page, Session, Site, Station } from "./types";

/** Sites offered in a choice; an organisation with more searches by typing in the sites page. */
const SITE_CHOICES = 500;

export const overviewOptions = queryOptions({
  queryKey: keys.overview,
  queryFn: ({ signal }) => http.get<Overview>("/overview", {}, signal),
  // "Today" moves on without anything happening.
  refetchInterval: 60_000,
});

export const stationOptions = (id: string) =>
  queryOptions({
    queryKey: keys.station(id),
    queryFn: ({ signal }) => http.get<Station>(`/stations/${encodeURIComponent(id)}`, {}, signal),
  });

export const sessionOptions = (id: string) =>
  queryOptions({
    queryKey: keys.session(id),
    queryFn: ({ signal }) => http.get<Session>(`/sessions/${encodeURIComponent(id)}`, {}, signal),
  });

/** All of a short list that belongs to a station, under the name of its route. */
export const ofStationOptions = <T>(id: string, what: string) =>
  queryOptions({
    queryKey: keys.ofStation(id, what),
    queryFn: ({ signal }) => http.get<Page<T>>(`/stations/${encodeURIComponent(id)}/${what}`, {}, signal),
    select: (page) => page.items,
  });

export const deviationsOptions = (id: string) => ofStationOptions<Deviation>(id, "deviations");

export const siteChoicesOptions = queryOptions({
  queryKey: [...keys.sites, "choices"],
  queryFn: ({ signal }) => http.get<Page<Site>>("/sites", { limit: SITE_CHOICES }, signal),
});

export function useSiteChoices(): { value: string; label: string }[] {
  const { data } = useQuery(siteChoicesOptions);
  return (data?.items ?? []).map((site) => ({ value: site.id, label: site.name }));
}

export const idTokenChoicesOptions = queryOptions({
  queryKey: [...keys.idTokens, "choices"],
  queryFn: ({ signal }) => http.get<Page<IdToken>>("/id-tokens", { limit: SITE_CHOICES }, signal),
});
