// Reads and writes of sites.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Site, SiteKind } from "@/api/types";

export const useSites = (q: string | undefined): List<Site> =>
  useList<Site>(keys.siteList(q), "/sites", { q });

export const siteOptions = (id: string) =>
  queryOptions({
    queryKey: keys.site(id),
    queryFn: ({ signal }) => http.get<Site>(`/sites/${encodeURIComponent(id)}`, {}, signal),
  });

export interface SiteInput {
  name: string;
  address: string | null;
  city: string | null;
  country: string | null;
  time_zone: string;
  currency: string;
  kind: SiteKind;
  free_charging: boolean;
}

export function useSiteWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.sites });
    void client.invalidateQueries({ queryKey: keys.stationLists });
    return found;
  };
  return {
    create: (input: SiteInput) => after(http.post<Site>("/sites", input)),
    change: (id: string, input: SiteInput) => after(http.patch<Site>(`/sites/${id}`, input)),
    remove: (id: string) => after(http.remove(`/sites/${id}`)),
  };
}
