// Reads and writes of price profiles.
import { keepPreviousData, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Page, PriceOutlook, PriceProfile, PriceProfileRequest } from "@/api/types";

/** Under the organisation, like the prices of the market they are made from. */
const PROFILES = [...keys.organisations, "price-profiles"] as const;

export const priceProfilesOptions = queryOptions({
  queryKey: PROFILES,
  queryFn: ({ signal }) => http.get<Page<PriceProfile>>("/price-profiles", {}, signal),
  select: (page) => page.items,
});

export const outlookOptions = (id: string, day: string | undefined) =>
  queryOptions({
    queryKey: [...PROFILES, "outlook", id, day ?? ""],
    queryFn: ({ signal }) => http.get<PriceOutlook>(`/price-profiles/${id}/prices`, { day }, signal),
    refetchInterval: 60_000,
  });

/** `null`: not typed to its end. */
export const usePreview = (draft: PriceProfileRequest | null) =>
  useQuery({
    queryKey: [...PROFILES, "preview", draft],
    queryFn: () => http.post<PriceOutlook>("/price-profiles/preview", draft),
    enabled: draft !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });

export function useProfileWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    await client.invalidateQueries({ queryKey: keys.organisations });
    return found;
  };
  return {
    save: (old: PriceProfile | undefined, input: PriceProfileRequest) =>
      after(
        old
          ? http.put<PriceProfile>(`/price-profiles/${old.id}`, input, old.version)
          : http.post<PriceProfile>("/price-profiles", input),
      ),
    remove: (id: string) => after(http.remove(`/price-profiles/${id}`)),
  };
}
