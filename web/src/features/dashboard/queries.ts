// Reads and writes of figures.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import type { components } from "@/api/schema";
import type { Page } from "@/api/types";
import type { Range } from "./period";

type Schemas = components["schemas"];
export type Dashboard = Schemas["DashboardFigures"];
export type FigureSet = Schemas["FigureSet"];
export type PlaceLine = Schemas["PlaceLine"];
export type Factors = Schemas["FactorsBody"];
export type EnergyPrice = Schemas["EnergyPrice"];
export type By = "site" | "station" | "evse";

/** Figures of today move on by themselves. */
const AGAIN_MS = 60_000;

export const dashboardKey = ["dashboard"] as const;

export function useDashboard(range: Range | null, site: string | undefined) {
  return useQuery({
    queryKey: [...dashboardKey, "figures", range, site ?? ""],
    queryFn: ({ signal }) => http.get<Dashboard>("/dashboard", { ...range, site_id: site }, signal),
    enabled: range !== null,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
}

export function usePlaces(range: Range, site: string | undefined, by: By) {
  return useQuery({
    queryKey: [...dashboardKey, "places", range, site ?? "", by],
    queryFn: ({ signal }) =>
      http.get<Page<PlaceLine>>("/dashboard/places", { ...range, site_id: site, by }, signal),
    select: (page) => page.items,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });
}

export function useEnergyPrices() {
  return useQuery({
    queryKey: [...dashboardKey, "prices"],
    queryFn: ({ signal }) => http.get<Page<EnergyPrice>>("/energy-prices", {}, signal),
    select: (page) => page.items,
  });
}

export function useFigureSettings() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>) =>
    answer.finally(() => void client.invalidateQueries({ queryKey: dashboardKey }));
  return {
    setFactors: (factors: Factors) => after(http.put("/sustainability", factors)),
    setPrice: (site: string, price: string | null) =>
      after(http.put(`/sites/${encodeURIComponent(site)}/energy-price`, { price_per_kwh: price })),
  };
}
