// Reads and writes of what electricity costs: the market's prices, and files of them.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type {
  CarbonImport,
  CarbonIntensity,
  KnownZone,
  Page,
  SpotImport,
  SpotPrices,
  SpotZone,
} from "@/api/types";

/** Under the organisation: whoever changes what it follows tells everybody of it. */
const SPOT = [...keys.organisations, "spot"] as const;
/** Milliseconds after which prices are looked at again: the market publishes once a day. */
const LOOK_AGAIN = 60_000;

export interface MarketName {
  zone: string;
  currency: string;
}

export const spotZonesOptions = queryOptions({
  queryKey: [...SPOT, "zones"],
  queryFn: ({ signal }) => http.get<Page<SpotZone>>("/spot-zones", {}, signal),
  select: (page) => page.items,
  refetchInterval: LOOK_AGAIN,
});

export const knownZonesOptions = queryOptions({
  queryKey: [...SPOT, "known"],
  queryFn: ({ signal }) => http.get<Page<KnownZone>>("/spot-zones/known", {}, signal),
  select: (page) => page.items,
  staleTime: Number.POSITIVE_INFINITY,
});

export const spotPricesOptions = (market: MarketName, day: string | undefined, days = 2) =>
  queryOptions({
    queryKey: [...SPOT, "prices", market.zone, market.currency, day ?? "", days],
    queryFn: ({ signal }) => http.get<SpotPrices>("/spot-prices", { ...market, day, days }, signal),
    refetchInterval: LOOK_AGAIN,
  });

export const carbonOptions = (zone: string) =>
  queryOptions({
    queryKey: [...SPOT, "carbon", zone],
    queryFn: ({ signal }) => http.get<CarbonIntensity>("/carbon-intensity", { zone }, signal),
    refetchInterval: LOOK_AGAIN,
  });

export const useSpotZones = () => useQuery(spotZonesOptions);

export function useSpotWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    await client.invalidateQueries({ queryKey: SPOT });
    return found;
  };
  const named = ({ zone, currency }: MarketName) => new URLSearchParams({ zone, currency }).toString();
  return {
    follow: (market: MarketName) => after(http.post("/spot-zones", market)),
    leave: (market: MarketName) => after(http.remove(`/spot-zones?${named(market)}`)),
    readNow: () => after(http.post("/spot-zones/read")),
    importCarbon: (zone: string, csv: string) =>
      after(http.post<CarbonImport>("/carbon-intensity/import", { zone, csv })),
    importFile: (csv: string, onlyLook: boolean) =>
      onlyLook
        ? http.post<SpotImport>("/spot-prices/import", { csv, dry_run: true })
        : after(http.post<SpotImport>("/spot-prices/import", { csv, dry_run: false })),
  };
}
