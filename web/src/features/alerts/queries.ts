// Alert rules, subscriptions, and what was told.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Alert, AlertRule, AlertRuleRequest, Page } from "@/api/types";

export const useAlertRules = (): List<AlertRule> => useList<AlertRule>(keys.alertRules, "/alert-rules");

export const useAlerts = (): List<Alert> => useList<Alert>([...keys.alertRules, "told"], "/alerts");

/** Everything that rules and webhooks can be about. */
export function useHappeningKinds(): string[] {
  const { data } = useQuery({
    queryKey: ["happening-kinds"],
    queryFn: ({ signal }) => http.get<Page<string>>("/happening-kinds", {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.items ?? [];
}

export function useAlertWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.alertRules }));
  return {
    save: (body: AlertRuleRequest, old: AlertRule | null) =>
      after(
        old
          ? http.patch<AlertRule>(`/alert-rules/${old.id}`, body)
          : http.post<AlertRule>("/alert-rules", body),
      ),
    remove: (id: string) => after(http.remove(`/alert-rules/${id}`)),
    subscribe: (id: string, subscribed: boolean) =>
      after(http.put(`/alert-rules/${id}/subscription`, { subscribed })),
  };
}
