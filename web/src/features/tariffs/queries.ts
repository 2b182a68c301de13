// Reads and writes of tariffs, of where they hold, and questions to the calculator.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type {
  LocalTariffs,
  Page,
  Receipt,
  Session,
  Site,
  StationTariff,
  Tariff,
  TariffRules,
} from "@/api/types";

/** Sessions offered to be priced anew. */
const SESSION_CHOICES = 30;

export const useTariffs = (): List<Tariff> => useList<Tariff>(keys.tariffs, "/tariffs");

export const tariffOptions = (id: string) =>
  queryOptions({
    queryKey: keys.tariff(id),
    queryFn: ({ signal }) => http.get<Tariff>(`/tariffs/${encodeURIComponent(id)}`, {}, signal),
  });

const choicesOptions = queryOptions({
  queryKey: [...keys.tariffs, "choices"],
  queryFn: ({ signal }) => http.get<Page<Tariff>>("/tariffs", {}, signal),
});

/** Tariffs in a currency, to choose one. */
export function useTariffChoices(currency?: string): { value: string; label: string }[] {
  const { data } = useQuery(choicesOptions);
  return (data?.items ?? [])
    .filter((each) => !currency || each.currency === currency)
    .map((each) => ({ value: each.id, label: each.name }));
}

export const stationTariffsOptions = (id: string) =>
  queryOptions({
    queryKey: keys.ofStation(id, "tariffs"),
    queryFn: ({ signal }) =>
      http.get<Page<StationTariff>>(`/stations/${encodeURIComponent(id)}/tariffs`, {}, signal),
    select: (page) => page.items,
  });

export const localTariffsOptions = (id: string) =>
  queryOptions({
    queryKey: keys.ofStation(id, "local tariffs"),
    queryFn: ({ signal }) =>
      http.get<LocalTariffs>(`/stations/${encodeURIComponent(id)}/local-tariffs`, {}, signal),
  });

/** Ended sessions, newest first. */
export const endedSessionsOptions = queryOptions({
  queryKey: [...keys.sessionLists, "to price"],
  queryFn: ({ signal }) =>
    http.get<Page<Session>>("/sessions", { status: "ended", limit: SESSION_CHOICES }, signal),
  select: (page) => page.items,
});

export interface Question {
  tariff_id?: string;
  draft?: TariffRules;
  site_id?: string;
  session_id?: string;
  start?: string;
  energy_wh?: number;
  charging_minutes?: number;
  occupied_minutes?: number;
  power_w?: number;
}

export const askPrice = (question: Question) => http.post<Receipt>("/tariffs/preview", question);

export function useTariffWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.tariffs });
    return found;
  };
  return {
    add: (body: { name: string; valid_from?: string; rules: TariffRules }) =>
      after(http.post<Tariff>("/tariffs", body)),
    addVersion: (id: string, body: { valid_from?: string; rules: TariffRules }) =>
      after(http.post<Tariff>(`/tariffs/${id}/versions`, body)),
    rename: (id: string, name: string) => after(http.patch<Tariff>(`/tariffs/${id}`, { name })),
    removeVersion: (id: string, version: string) =>
      after(http.remove<Tariff>(`/tariffs/${id}/versions/${version}`)),
    remove: async (id: string) => {
      await http.remove(`/tariffs/${id}`);
      client.removeQueries({ queryKey: keys.tariff(id) });
      void client.invalidateQueries({ queryKey: keys.tariffs, refetchType: "active" });
    },
    ofSite: async (site: string, tariff_id: string | null) => {
      await after(http.patch<Site>(`/sites/${site}`, { tariff_id }));
      void client.invalidateQueries({ queryKey: keys.sites });
    },
    tellAgain: async (station: string) => {
      await http.post(`/stations/${station}/local-tariffs`, {});
      void client.invalidateQueries({ queryKey: keys.ofStation(station, "local tariffs") });
    },
    ofStation: async (station: string, lines: StationTariff[]) => {
      await after(http.put(`/stations/${station}/tariffs`, lines));
      void client.invalidateQueries({ queryKey: keys.ofStation(station, "tariffs") });
    },
  };
}
