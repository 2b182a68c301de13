// Payments by card: the list, one payment, cards on file, and how the organisation is paid.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http, type Query } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type {
  CardLink,
  Page,
  Payment,
  PaymentCard,
  PaymentDetail,
  PaymentSettings,
  PaymentSettingsRequest,
  RefundRequest,
} from "@/api/types";

export const usePayments = (filter: Query): List<Payment> =>
  useList<Payment>([...keys.money, "payments", filter], "/payments", filter);

export const paymentOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.money, "payment", id],
    queryFn: ({ signal }) => http.get<PaymentDetail>(`/payments/${encodeURIComponent(id)}`, {}, signal),
  });

/** Those that are about a session. */
export const paymentsOfSession = (session: string) =>
  queryOptions({
    queryKey: [...keys.money, "payments-of", session],
    queryFn: ({ signal }) => http.get<Page<Payment>>("/payments", { session_id: session }, signal),
  });

export const cardsOptions = (driver: string) =>
  queryOptions({
    queryKey: [...keys.money, "cards", driver],
    queryFn: ({ signal }) => http.get<Page<PaymentCard>>(`/drivers/${driver}/cards`, {}, signal),
  });

export const paymentSettingsOptions = queryOptions({
  queryKey: [...keys.money, "payment-settings"],
  queryFn: ({ signal }) => http.get<PaymentSettings>("/payment-settings", {}, signal),
});

export function usePaymentWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.money }));
  return {
    setUp: (body: PaymentSettingsRequest, version?: number) =>
      after(http.put<PaymentSettings>("/payment-settings", body, version)),
    cancel: (id: string) => after(http.post<Payment>(`/payments/${id}/cancel`, {})),
    refund: (id: string, body: RefundRequest) => after(http.post<Payment>(`/payments/${id}/refunds`, body)),
    ask: (driver: string, amount: string) =>
      after(http.post<Payment>(`/drivers/${driver}/payment-links`, { amount })),
    collect: (driver: string) => after(http.post<Payment>(`/drivers/${driver}/collections`, {})),
    askForCard: (driver: string) => after(http.post<CardLink>(`/drivers/${driver}/card-links`, {})),
    refreshCards: (driver: string) =>
      after(http.post<Page<PaymentCard>>(`/drivers/${driver}/cards/refresh`, {})),
    preferCard: (driver: string, card: string) => after(http.put(`/drivers/${driver}/cards/${card}`, {})),
    removeCard: (driver: string, card: string) => after(http.remove(`/drivers/${driver}/cards/${card}`)),
  };
}
