// Reads and writes of sites.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { OpeningHours, Page, Site, SiteKind, SupportContact } from "@/api/types";

export type SiteFilter = Partial<Record<"q" | "kind" | "visible" | "state", string | undefined>>;

export const useSites = (filter: SiteFilter): List<Site> =>
  useList<Site>([...keys.siteList(filter.q), filter], "/sites", filter);

export const siteOptions = (id: string) =>
  queryOptions({
    queryKey: keys.site(id),
    queryFn: ({ signal }) => http.get<Site>(`/sites/${encodeURIComponent(id)}`, {}, signal),
  });

export const defaultSupportOptions = queryOptions({
  queryKey: [...keys.sites, "support"],
  queryFn: ({ signal }) => http.get<SupportContact>("/support-contact", {}, signal),
});

/** Where the reader belongs. */
export const organisationChoicesOptions = queryOptions({
  queryKey: keys.organisations,
  queryFn: ({ signal }) => http.get<Page<{ id: string; name: string }>>("/organisations", {}, signal),
});

export interface SiteInput {
  name: string;
  address: string | null;
  postal_code: string | null;
  city: string | null;
  country: string | null;
  latitude: number | null;
  longitude: number | null;
  time_zone: string;
  currency: string;
  kind: SiteKind;
  free_charging: boolean;
  visible: boolean;
  opening_hours: OpeningHours | null;
  support: SupportContact | null;
}

export type NewSite = Pick<SiteInput, "name" | "time_zone" | "currency" | "kind" | "free_charging"> &
  Partial<SiteInput>;

export function useSiteWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.sites });
    void client.invalidateQueries({ queryKey: keys.stationLists });
    return found;
  };
  /** It is not here any more: everything is looked at again but the site itself. */
  const gone = async <T>(id: string, answer: Promise<T>): Promise<T> => {
    const found = await answer;
    const own = JSON.stringify(keys.site(id));
    void client.invalidateQueries({
      queryKey: keys.sites,
      predicate: (query) => JSON.stringify(query.queryKey) !== own,
    });
    void client.invalidateQueries({ queryKey: keys.stationLists });
    return found;
  };
  return {
    create: (input: NewSite) => after(http.post<Site>("/sites", input)),
    change: (id: string, input: Partial<SiteInput>) => after(http.patch<Site>(`/sites/${id}`, input)),
    remove: (id: string) => gone(id, http.remove(`/sites/${id}`)),
    setImage: (id: string, file: Blob) => after(http.putFile(`/sites/${id}/image`, file)),
    removeImage: (id: string) => after(http.remove(`/sites/${id}/image`)),
    setDefaultSupport: (support: SupportContact) =>
      after(http.put<SupportContact>("/support-contact", support)),
    move: (id: string, organisation: string) =>
      gone(id, http.post<{ id: string }>(`/sites/${id}/move`, { organisation_id: organisation })),
  };
}
