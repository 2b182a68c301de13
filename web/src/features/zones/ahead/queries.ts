// Reads and writes of a zone's plan.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { ZonePlan } from "@/api/types";
import type { inputOf } from "./values";

/** Milliseconds after which a plan is looked at again: events tell sooner when it was made anew. */
const LOOK_AGAIN = 15_000;

export type PlanInput = ReturnType<typeof inputOf>;

export const planOptions = (zone: string) =>
  queryOptions({
    queryKey: [...keys.zones, "plan", zone],
    queryFn: ({ signal }) => http.get<ZonePlan>(`/zones/${zone}/plan`, {}, signal),
    refetchInterval: LOOK_AGAIN,
  });

export function usePlanWrites(zone: string) {
  const client = useQueryClient();
  return {
    save: async (input: PlanInput) => {
      await http.put<ZonePlan>(`/zones/${zone}/plan`, input);
      await client.invalidateQueries({ queryKey: keys.zones });
    },
  };
}
