// What a station should hold and holds: its list of charge keys, standing charging profiles, reservations, and the rest
// that it told.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { ofStationOptions } from "@/api/lookups";
import { type List, useList } from "@/api/pages";
import type {
  ChargingProfile,
  Command,
  LocalList,
  Reservation,
  StationItem,
  WantedProfile,
} from "@/api/types";

/** Milliseconds between looks while something is on its way to the charger. */
const LOOK_AGAIN = 2_000;

export const useLocalList = (id: string) =>
  useQuery({
    queryKey: keys.ofStation(id, "local-list"),
    queryFn: ({ signal }) => http.get<LocalList>(`/stations/${id}/local-list`, {}, signal),
    refetchInterval: ({ state }) => (state.data?.state === "new" ? LOOK_AGAIN : false),
  });

const MOVING = ["wanted", "leaving"];

export const useProfiles = (id: string) =>
  useQuery({
    ...ofStationOptions<WantedProfile>(id, "charging-profiles"),
    refetchInterval: ({ state }) =>
      state.data?.items.some((each) => MOVING.includes(each.state)) ? LOOK_AGAIN : false,
  });
export const useItems = (id: string) => useQuery(ofStationOptions<StationItem>(id, "items"));

export const useReservations = (id: string): List<Reservation> =>
  useList<Reservation>(keys.reservations(id), "/reservations", { station_id: id });

export interface ReservationInput {
  id_token: string;
  evse?: number;
  expires_at: string;
}

export function useHeldWrites(id: string) {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => {
      void client.invalidateQueries({ queryKey: keys.station(id) });
      void client.invalidateQueries({ queryKey: keys.commands(id) });
    });
  return {
    keepList: (enabled: boolean) => after(http.put<LocalList>(`/stations/${id}/local-list`, { enabled })),
    keepProfile: (evse: number, profile: ChargingProfile) =>
      after(http.put<WantedProfile>(`/stations/${id}/charging-profiles`, { evse, profile })),
    dropProfile: (evse: number, profile: number) =>
      after(http.remove(`/stations/${id}/charging-profiles/${evse}/${profile}`)),
    reserve: (input: ReservationInput) =>
      after(http.post<{ reservation: Reservation; command: Command }>(`/stations/${id}/reservations`, input)),
    giveBack: (number: number) => after(http.remove<Command>(`/stations/${id}/reservations/${number}`)),
  };
}
