// Reads of what a station is made of, and the repair of what differs from its templates.
import { type QueryKey, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { ofStationOptions } from "@/api/lookups";
import { type List, useList } from "@/api/pages";
import type { Component, ComponentEvent, DriftLine, Monitor, Repaired } from "@/api/types";

export const useDeviceModel = (id: string) => useQuery(ofStationOptions<Component>(id, "device-model"));
export const useMonitors = (id: string) => useQuery(ofStationOptions<Monitor>(id, "monitors"));
export const useDrift = (id: string) => useQuery(ofStationOptions<DriftLine>(id, "drift"));

const eventsKey = (id: string): QueryKey => [...keys.ofStation(id, "events"), "list"];
export const useEvents = (id: string): List<ComponentEvent> =>
  useList<ComponentEvent>(eventsKey(id), `/stations/${id}/events`);

export function useRepair(id: string) {
  const client = useQueryClient();
  return () =>
    http
      .post<Repaired>(`/stations/${id}/drift/repair`, {})
      .finally(() => void client.invalidateQueries({ queryKey: keys.station(id) }));
}
