// Reads and writes of charging hours, of chargers' schedules, and of what holds for one session.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type {
  ChargingHours,
  HoursContent,
  SessionSchedule,
  SmartCharging,
  SmartWishes,
  StationSchedule,
} from "@/api/types";

/** Milliseconds after which is looked again: what chargers answer comes a little later. */
const LOOK_AGAIN = 5_000;

export const useHours = (): List<ChargingHours> =>
  useList<ChargingHours>([...keys.zones, "hours"], "/charging-hours");

export const hoursOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.zones, "hours", id],
    queryFn: ({ signal }) => http.get<ChargingHours>(`/charging-hours/${id}`, {}, signal),
    refetchInterval: LOOK_AGAIN,
  });

export const scheduleOptions = (station: string) =>
  queryOptions({
    queryKey: keys.ofStation(station, "charging-schedule"),
    queryFn: ({ signal }) => http.get<StationSchedule>(`/stations/${station}/charging-schedule`, {}, signal),
    refetchInterval: LOOK_AGAIN,
  });

export const smartOptions = (station: string) =>
  queryOptions({
    queryKey: keys.ofStation(station, "smart-charging"),
    queryFn: ({ signal }) => http.get<SmartCharging>(`/stations/${station}/smart-charging`, {}, signal),
  });

export const sessionScheduleOptions = (session: string, running: boolean) =>
  queryOptions({
    queryKey: [...keys.session(session), "charging-schedule"],
    queryFn: ({ signal }) => http.get<SessionSchedule>(`/sessions/${session}/charging-schedule`, {}, signal),
    refetchInterval: running ? LOOK_AGAIN : false,
  });

export interface HoursInput {
  site_id: string;
  station_id: string | null;
  evse: number | null;
  enabled: boolean;
  content: HoursContent;
}

export function useScheduleWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>, ...stale: (readonly unknown[])[]): Promise<T> => {
    const found = await answer;
    await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
    return found;
  };
  return {
    addHours: (input: HoursInput) =>
      after(http.post<ChargingHours>("/charging-hours", input), keys.zones, keys.stations),
    changeHours: (id: string, enabled: boolean, content: HoursContent) =>
      after(
        http.put<ChargingHours>(`/charging-hours/${id}`, { enabled, content }),
        keys.zones,
        keys.stations,
      ),
    deleteHours: (id: string) => after(http.remove(`/charging-hours/${id}`), keys.zones, keys.stations),
    readSchedule: async (station: string) => {
      const found = await http.post<StationSchedule>(`/stations/${station}/charging-schedule`, {});
      client.setQueryData(keys.ofStation(station, "charging-schedule"), found);
      return found;
    },
    setSmart: (station: string, content: SmartWishes | null) =>
      after(
        http.put<SmartCharging>(`/stations/${station}/smart-charging`, { content }),
        keys.ofStation(station, "smart-charging"),
        keys.ofStation(station, "charging-schedule"),
      ),
    chargeNow: (session: string) =>
      after(http.post<SessionSchedule>(`/sessions/${session}/charge-now`, {}), keys.session(session)),
  };
}
