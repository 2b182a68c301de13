// Reads and writes of drivers.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Driver, DriverImport, DriverWithGroups, Page, RedemptionCode, Usage } from "@/api/types";

export type DriverFilter = Partial<
  Record<"q" | "status" | "fleet" | "group_id" | "team_id" | "sort", string | undefined>
>;

export const useDrivers = (filter: DriverFilter): List<Driver> =>
  useList<Driver>([...keys.drivers, "list", filter], "/drivers", filter);

export const driverOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.drivers, "one", id],
    queryFn: ({ signal }) => http.get<DriverWithGroups>(`/drivers/${encodeURIComponent(id)}`, {}, signal),
  });

export const driverUsageOptions = (id: string, from: string | undefined, to: string | undefined) =>
  queryOptions({
    queryKey: [...keys.drivers, "usage", id, from, to],
    queryFn: ({ signal }) => http.get<Page<Usage>>("/usage", { by: "key", driver_id: id, from, to }, signal),
  });

export interface DriverInput {
  name: string;
  email: string | null;
  phone: string | null;
  number?: string;
  address: string | null;
  notes: string | null;
  fleet: string | null;
  can_pay: boolean;
  language: string;
}

export type Deed = "block" | "unblock" | "invite" | "join" | "leave";

export function useDriverWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.drivers });
    void client.invalidateQueries({ queryKey: keys.idTokens });
    return found;
  };
  /** It is not here any more: everything is looked at again but the driver. */
  const gone = async (id: string): Promise<void> => {
    await http.remove(`/drivers/${id}`);
    const own = JSON.stringify(driverOptions(id).queryKey);
    void client.invalidateQueries({
      queryKey: keys.drivers,
      predicate: (query) => JSON.stringify(query.queryKey) !== own,
    });
    void client.invalidateQueries({ queryKey: keys.idTokens });
  };
  return {
    create: (input: DriverInput & { group_ids: string[]; invite: boolean }) =>
      after(http.post<Driver>("/drivers", input)),
    change: (id: string, input: Partial<DriverInput> & { blocked?: boolean }) =>
      after(http.patch<Driver>(`/drivers/${id}`, input)),
    erase: gone,
    invite: (id: string, by_letter: boolean) =>
      after(http.post<RedemptionCode>(`/drivers/${id}/invite`, { by_letter })),
    bulk: (ids: string[], deed: Deed, group_id?: string) =>
      after(http.post<{ changed: number }>("/drivers/bulk", { ids, deed, group_id })),
    importFile: (csv: string, dry_run: boolean) =>
      after(http.post<DriverImport>("/drivers/import", { csv, dry_run })),
    setMember: (group: string, driver: string, member: boolean) =>
      after(
        member
          ? http.put(`/driver-groups/${group}/members/${driver}`, {})
          : http.remove(`/driver-groups/${group}/members/${driver}`),
      ),
  };
}
