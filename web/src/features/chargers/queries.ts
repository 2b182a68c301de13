// Reads and writes of chargers and of those nobody knows.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http, type Query } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { NewStation, Page, Station, UnknownStation } from "@/api/types";
import type { EvseInput } from "./plugs";

export const useStations = (filter: Query): List<Station> =>
  useList<Station>(keys.stationList(filter), "/stations", filter);

export const useUnknownStations = (): List<UnknownStation> =>
  useList<UnknownStation>([...keys.unknownStations, "list"], "/unknown-stations");

export const unknownOptions = queryOptions({
  queryKey: [...keys.unknownStations, "latest"],
  queryFn: ({ signal }) => http.get<Page<UnknownStation>>("/unknown-stations", {}, signal),
});

export interface StationInput {
  site_id: string;
  identity: string;
  name?: string;
  security_profile: number;
  password?: string;
  evses?: EvseInput[];
  used_as?: string;
  owner_email?: string;
}

export interface StationChange {
  name?: string | null;
  site_id?: string;
  registration?: string;
  security_profile?: number;
  generate_password?: true;
  evses?: EvseInput[];
  used_as?: string;
  owner_email?: string | null;
}

export function useStationWrites() {
  const client = useQueryClient();
  const moved = () => {
    void client.invalidateQueries({ queryKey: keys.stations });
    void client.invalidateQueries({ queryKey: keys.unknownStations });
    void client.invalidateQueries({ queryKey: keys.sites });
    void client.invalidateQueries({ queryKey: keys.overview });
  };
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    moved();
    return found;
  };
  return {
    create: (input: StationInput) => after(http.post<NewStation>("/stations", input)),
    /** Asks the owner of a home charger to claim it. */
    askOwner: (id: string, email: string, language: string) =>
      after(http.put(`/home-chargers/${id}/owner`, { name: email, email, language })),
    change: (id: string, change: StationChange) => after(http.patch<NewStation>(`/stations/${id}`, change)),
    /** Looked at again is everything but the charger itself, which is gone. */
    remove: async (id: string) => {
      await http.remove(`/stations/${id}`);
      void client.invalidateQueries({ queryKey: keys.stationLists });
      void client.invalidateQueries({ queryKey: keys.sites });
      void client.invalidateQueries({ queryKey: keys.overview });
    },
    adopt: (id: string, input: Omit<StationInput, "identity">) =>
      after(http.post<NewStation>(`/unknown-stations/${id}/adopt`, input)),
    dismiss: (id: string) => after(http.remove(`/unknown-stations/${id}`)),
  };
}
