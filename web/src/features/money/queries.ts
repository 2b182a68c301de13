// Money: the ledger, wallets, vouchers, payouts. Every change of one may move the others.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { http, type Query } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type {
  AccountBalance,
  Amount,
  BankAccount,
  Invoice,
  InvoiceDetail,
  InvoiceRequest,
  LedgerEntry,
  LedgerEntryDetail,
  OpenCharges,
  Page,
  Payout,
  RevenueStatement,
  StatementMonth,
  Voucher,
  VoucherRequest,
  Wallet,
  WalletRequest,
} from "@/api/types";

export const useLedger = (filter: Query): List<LedgerEntry> =>
  useList<LedgerEntry>([...keys.money, "ledger", filter], "/ledger", filter);

/** Entries that a session made. */
export const entriesOfSession = (session: string) =>
  queryOptions({
    queryKey: [...keys.money, "entries-of", session],
    queryFn: ({ signal }) => http.get<Page<LedgerEntry>>("/ledger", { session_id: session }, signal),
  });

export const entryOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.money, "entry", id],
    queryFn: ({ signal }) => http.get<LedgerEntryDetail>(`/ledger/${encodeURIComponent(id)}`, {}, signal),
  });

export const balancesOptions = queryOptions({
  queryKey: [...keys.money, "balances"],
  queryFn: ({ signal }) => http.get<Page<AccountBalance>>("/balances", {}, signal),
});

export const useWallets = (filter: Query): List<Wallet> =>
  useList<Wallet>([...keys.money, "wallets", filter], "/wallets", filter);

export const walletOptions = (driver: string) =>
  queryOptions({
    queryKey: [...keys.money, "wallet", driver],
    queryFn: ({ signal }) => http.get<Page<Amount>>(`/drivers/${driver}/wallet`, {}, signal),
  });

export const useVouchers = (): List<Voucher> => useList<Voucher>([...keys.money, "vouchers"], "/vouchers");

export const usePayouts = (): List<Payout> => useList<Payout>([...keys.money, "payouts"], "/payouts");

export function useAvailable(): Amount[] {
  const { data } = useQuery({
    queryKey: [...keys.money, "available"],
    queryFn: ({ signal }) => http.get<Page<Amount>>("/payouts/available", {}, signal),
  });
  return data?.items ?? [];
}

export const queueOptions = queryOptions({
  queryKey: [...keys.money, "queue"],
  queryFn: ({ signal }) => http.get<Page<Payout>>("/payouts/queue", {}, signal),
});

export const bankOptions = queryOptions({
  queryKey: [...keys.money, "bank"],
  queryFn: ({ signal }) => http.get<BankAccount | null>("/bank-account", {}, signal),
});

export const statementMonthsOptions = queryOptions({
  queryKey: [...keys.money, "statements"],
  queryFn: ({ signal }) => http.get<Page<StatementMonth>>("/statements", {}, signal),
});

export const statementOptions = (month: string) =>
  queryOptions({
    queryKey: [...keys.money, "statement", month],
    queryFn: ({ signal }) =>
      http.get<RevenueStatement>(`/statements/${encodeURIComponent(month)}`, {}, signal),
  });

export const useInvoices = (): List<Invoice> => useList<Invoice>([...keys.money, "invoices"], "/invoices");

export const invoiceOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.money, "invoice", id],
    queryFn: ({ signal }) => http.get<InvoiceDetail>(`/invoices/${encodeURIComponent(id)}`, {}, signal),
  });

export const openChargesOptions = (until: string) =>
  queryOptions({
    queryKey: [...keys.money, "open-charges", until],
    queryFn: ({ signal }) => http.get<Page<OpenCharges>>("/invoices/open-charges", { until }, signal),
  });

export function useMoneyWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.money }));
  return {
    addToWallet: (driver: string, body: WalletRequest) => after(http.post(`/drivers/${driver}/wallet`, body)),
    redeem: (driver: string, code: string) =>
      after(http.post<Voucher>(`/drivers/${driver}/vouchers`, { code })),
    makeVouchers: (body: VoucherRequest) => after(http.post<Page<Voucher>>("/vouchers", body)),
    withdrawVoucher: (id: string) => after(http.remove(`/vouchers/${id}`)),
    requestPayout: (amount: string, currency: string) =>
      after(http.post<Payout>("/payouts", { amount, currency })),
    answerPayout: (id: string, state: string, reason?: string) =>
      after(http.patch<Payout>(`/payouts/${id}`, { state, reason })),
    issueInvoices: (body: InvoiceRequest) => after(http.post<Page<Invoice>>("/invoices", body)),
    creditInvoice: (id: string, reason: string) =>
      after(http.post<Invoice>(`/invoices/${id}/credit-note`, { reason })),
    invoicePaid: (id: string) => after(http.post(`/invoices/${id}/payment`, {})),
    setBank: (bank: BankAccount) => after(http.put<BankAccount>("/bank-account", bank)),
  };
}
