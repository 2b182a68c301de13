// Reads and writes of subscription plans and of who subscribes.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { Page, Places, Plan, Subscription, Tariff } from "@/api/types";

export const plansOptions = queryOptions({
  queryKey: [...keys.drivers, "plans"],
  queryFn: ({ signal }) => http.get<Page<Plan>>("/plans", {}, signal),
});

export const subscriptionsOptions = (of: { plan_id?: string; driver_id?: string }) =>
  queryOptions({
    queryKey: [...keys.drivers, "subscriptions", of],
    queryFn: ({ signal }) => http.get<Page<Subscription>>("/subscriptions", of, signal),
  });

export const tariffChoicesOptions = queryOptions({
  queryKey: [...keys.tariffs, "choices"],
  queryFn: ({ signal }) => http.get<Page<Tariff>>("/tariffs", {}, signal),
});

export interface PlanInput {
  name: string;
  description: string;
  internal_note: string;
  cost: string;
  currency: string;
  vat: string;
  renewal: string;
  allowance_wh: number | null;
  overflow_tariff_id: string | null;
  public: boolean;
  sale_from: string | null;
  sale_to: string | null;
  renew_until: string | null;
  places: Places;
  driver_ids: string[];
  group_ids: string[];
}

export function usePlanWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.drivers });
    return found;
  };
  return {
    save: (id: string | undefined, input: PlanInput) =>
      after(id ? http.put<Plan>(`/plans/${id}`, input) : http.post<Plan>("/plans", input)),
    remove: (id: string) => after(http.remove(`/plans/${id}`)),
    subscribe: (plan_id: string, driver_id: string) =>
      after(http.post<Subscription>("/subscriptions", { plan_id, driver_id })),
    cancel: (id: string) => after(http.remove(`/subscriptions/${id}`)),
  };
}
