// Reads of who did what, and of the organisation's letters.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { http, type Query } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { AuditActor, AuditEntry, Mail, Page } from "@/api/types";

export const useAudit = (filter: Query): List<AuditEntry> =>
  useList<AuditEntry>([...keys.audit, "list", filter], "/audit", filter);

export function useActors(): AuditActor[] {
  const { data } = useQuery({
    queryKey: [...keys.audit, "actors"],
    queryFn: ({ signal }) => http.get<Page<AuditActor>>("/audit/actors", {}, signal),
  });
  return data?.items ?? [];
}

export const useMail = (failed: boolean): List<Mail> =>
  useList<Mail>([...keys.audit, "mail", failed], "/mail", failed ? { failed: true } : {});

export function useRetryMail() {
  const client = useQueryClient();
  return async (id: string) => {
    await http.post<void>(`/mail/${id}/retry`);
    void client.invalidateQueries({ queryKey: keys.audit });
  };
}
