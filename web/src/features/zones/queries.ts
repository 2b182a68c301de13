// Reads and writes of load-balancing zones.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Page, SmartModel, Zone, ZoneCandidate, ZoneMinute, ZoneTrial } from "@/api/types";

/** Milliseconds after which a zone is looked at again: events tell sooner when something moves. */
const LOOK_AGAIN = 10_000;
/** A minute of history is written each minute. */
const HISTORY_AGAIN = 60_000;

export const useZones = (): List<Zone> => useList<Zone>(keys.zones, "/zones");

export const zoneOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.zones, "one", id],
    queryFn: ({ signal }) => http.get<Zone>(`/zones/${id}`, {}, signal),
    refetchInterval: LOOK_AGAIN,
  });

export const allZonesOptions = queryOptions({
  queryKey: [...keys.zones, "all"],
  queryFn: ({ signal }) => http.get<Page<Zone>>("/zones", {}, signal),
  select: (page) => page.items,
});

export const candidatesOptions = (site: string) =>
  queryOptions({
    queryKey: [...keys.zones, "candidates", site],
    queryFn: ({ signal }) => http.get<Page<ZoneCandidate>>("/zones/candidates", { site_id: site }, signal),
    select: (page) => page.items,
    enabled: site !== "",
  });

export const historyOptions = (id: string, hours: number) =>
  queryOptions({
    queryKey: [...keys.zones, "history", id, hours],
    queryFn: ({ signal }) => http.get<Page<ZoneMinute>>(`/zones/${id}/history`, { hours }, signal),
    select: (page) => page.items,
    refetchInterval: HISTORY_AGAIN,
  });

export interface ZoneInput {
  name: string;
  site_id: string;
  parent_id: string | null;
  meter_number: string | null;
  capacity_w: number | null;
  capacity_ma: { l1: number; l2: number; l3: number } | null;
  voltage_mv: number;
  buffer_permille: number;
  least_session_w: number;
  distribution: string;
  chargers: { station_id: string; phases: number; rotation: string | null; priority: number }[];
}

/** What is tried on days that were. */
export interface TrialInput {
  from: string;
  days: number;
  capacity_w: number | null;
  capacity_ma: { l1: number; l2: number; l3: number } | null;
  buffer_permille: number;
  least_session_w: number;
  distribution: string;
  priorities: { station_id: string; priority: number }[];
}

export const tryZone = (id: string, input: TrialInput) => http.post<ZoneTrial>(`/zones/${id}/trial`, input);

export function useZoneWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    await client.invalidateQueries({ queryKey: keys.zones });
    return found;
  };
  return {
    save: (input: ZoneInput, old: Zone | null) =>
      after(old ? http.put<Zone>(`/zones/${old.id}`, input) : http.post<Zone>("/zones", input)),
    remove: (id: string) => after(http.remove(`/zones/${id}`)),
    turn: (id: string, enabled: boolean) => after(http.put<Zone>(`/zones/${id}/status`, { enabled })),
    probe: (station: string) => after(http.post(`/stations/${station}/smart-charging-probe`, {})),
    judge: (input: Pick<SmartModel, "vendor" | "model" | "firmware" | "tested">) =>
      after(http.put("/smart-charging-models", input)),
    forget: ({ vendor, model, firmware }: SmartModel) => {
      const of = new URLSearchParams({ vendor, model, firmware: firmware ?? "" });
      return after(http.remove(`/smart-charging-models?${of}`));
    },
  };
}
