// Faults of chargers: the list, its kinds, and ending them.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { http, type Query } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Fault, FaultGroup, Page } from "@/api/types";

export const useFaults = (filter: Query): List<Fault> =>
  useList<Fault>([...keys.faults, "list", filter], "/faults", filter);

export function useFaultGroups(filter: Query): FaultGroup[] {
  const { data } = useQuery({
    queryKey: [...keys.faults, "groups", filter],
    queryFn: ({ signal }) => http.get<Page<FaultGroup>>("/fault-groups", filter, signal),
    placeholderData: (previous) => previous,
  });
  return data?.items ?? [];
}

export function useSolve(): (ids: string[], note: string) => Promise<unknown> {
  const client = useQueryClient();
  return (ids, note) =>
    http
      .post("/faults/solve", { ids, note: note.trim() || null })
      .finally(() => void client.invalidateQueries({ queryKey: keys.faults }));
}
