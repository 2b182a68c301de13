// Webhooks and their deliveries.
import { useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { NewWebhook, Webhook, WebhookDelivery, WebhookRequest } from "@/api/types";

export const useWebhooks = (): List<Webhook> => useList<Webhook>([...keys.webhooks, "list"], "/webhooks");

export const useDeliveries = (id: string): List<WebhookDelivery> =>
  useList<WebhookDelivery>(
    [...keys.webhooks, "deliveries", id],
    `/webhooks/${encodeURIComponent(id)}/deliveries`,
  );

export function useWebhookWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.webhooks }));
  return {
    add: (body: WebhookRequest) => after(http.post<NewWebhook>("/webhooks", body)),
    edit: (id: string, body: WebhookRequest) => after(http.patch<Webhook>(`/webhooks/${id}`, body)),
    rotate: (id: string) => after(http.post<NewWebhook>(`/webhooks/${id}/rotate`)),
    ping: (id: string) => after(http.post<WebhookDelivery>(`/webhooks/${id}/ping`)),
    retry: (id: string, delivery: string) =>
      after(http.post<WebhookDelivery>(`/webhooks/${id}/deliveries/${delivery}/retry`)),
    remove: (id: string) => after(http.remove(`/webhooks/${id}`)),
  };
}
