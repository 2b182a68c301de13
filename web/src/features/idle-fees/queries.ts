// Reads and writes of idle fees, and of the sites at which they hold.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { IdleFee, IdleFeeRules, Page } from "@/api/types";

export const useIdleFees = (): List<IdleFee> => useList<IdleFee>(keys.idleFees, "/idle-fees");

export const idleFeeChoicesOptions = queryOptions({
  queryKey: [...keys.idleFees, "choices"],
  queryFn: ({ signal }) => http.get<Page<IdleFee>>("/idle-fees", {}, signal),
  select: (page) => page.items,
});

export interface IdleFeeInput {
  name: string;
  rules: IdleFeeRules;
}

export function useIdleFeeWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.idleFees });
    return found;
  };
  return {
    save: (input: IdleFeeInput, old: IdleFee | null) =>
      after(
        old
          ? http.put<IdleFee>(`/idle-fees/${old.id}`, input, old.version)
          : http.post<IdleFee>("/idle-fees", input),
      ),
    remove: (id: string) => after(http.remove(`/idle-fees/${id}`)),
    ofSite: (site: string, idle_fee_id: string | null) =>
      after(http.put<void>(`/sites/${site}/idle-fee`, { idle_fee_id })),
  };
}
