// Reads and writes of chargers at home.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type {
  HomeCharger,
  HomeChargerPrice,
  HomeChargerWithCode,
  HomeOwnerRequest,
  HomeStatement,
  HomeStatementOwner,
  Page,
  PriceProfile,
} from "@/api/types";

/** Under the lists of chargers: whatever happens to one is told to them. */
const HOME = [...keys.stationLists, "home"] as const;

export interface HomeFilter {
  q?: string | undefined;
  claim?: string | undefined;
  driver_id?: string | undefined;
}

export const useHomeChargers = (filter: HomeFilter): List<HomeCharger> =>
  useList<HomeCharger>([...HOME, "list", filter], "/home-chargers", { ...filter });

export const homePriceOptions = (id: string) =>
  queryOptions({
    queryKey: [...HOME, "price", id],
    queryFn: ({ signal }) => http.get<HomeChargerPrice>(`/home-chargers/${id}/price`, {}, signal),
    refetchInterval: 60_000,
  });

export const profileChoicesOptions = queryOptions({
  queryKey: [...keys.organisations, "price-profiles"],
  queryFn: ({ signal }) => http.get<Page<PriceProfile>>("/price-profiles", {}, signal),
  select: (page) => page.items,
});

export const driverProfileOptions = (driver: string) =>
  queryOptions({
    queryKey: [...HOME, "driver-profile", driver],
    queryFn: ({ signal }) =>
      http.get<{ price_profile_id: string | null }>(`/drivers/${driver}/price-profile`, {}, signal),
  });

export const statementOwnersOptions = (month: string) =>
  queryOptions({
    queryKey: [...HOME, "statement-owners", month],
    queryFn: ({ signal }) => http.get<Page<HomeStatementOwner>>("/home-statements", { month }, signal),
    select: (page) => page.items,
  });

export const statementOptions = (driver: string, month: string) =>
  queryOptions({
    queryKey: [...HOME, "statement", driver, month],
    queryFn: ({ signal }) => http.get<HomeStatement>(`/home-statements/${driver}`, { month }, signal),
    // A session is worked out some seconds after its end.
    refetchInterval: 15_000,
  });

export function useHomeWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    await client.invalidateQueries({ queryKey: HOME });
    void client.invalidateQueries({ queryKey: keys.organisations });
    return found;
  };
  return {
    setOwner: (id: string, owner: HomeOwnerRequest) =>
      after(http.put<HomeChargerWithCode>(`/home-chargers/${id}/owner`, owner)),
    removeOwner: (id: string) => after(http.remove<HomeCharger>(`/home-chargers/${id}/owner`)),
    setProfile: (id: string, price_profile_id: string | null) =>
      after(http.put<HomeCharger>(`/home-chargers/${id}/price-profile`, { price_profile_id })),
    setDriverProfile: (driver: string, price_profile_id: string | null) =>
      after(http.put(`/drivers/${driver}/price-profile`, { price_profile_id })),
  };
}
