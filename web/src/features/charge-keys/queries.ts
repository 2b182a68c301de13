// Reads and writes of charge keys.
import { useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { IdToken, KeyImport } from "@/api/types";

export type KeyFilter = Partial<
  Record<
    "q" | "kind" | "status" | "fleet" | "driver_id" | "car_id" | "team_id" | "linked",
    string | undefined
  >
>;

export const useIdTokens = (filter: KeyFilter): List<IdToken> =>
  useList<IdToken>([...keys.idTokens, "list", filter], "/id-tokens", filter);

export interface IdTokenInput {
  uid: string;
  kind: string;
  alias: string | null;
  group: string | null;
  expires_at: string | null;
  driver_id: string | null;
  car_id: string | null;
  team_id: string | null;
}

export interface ImportedKey {
  uid: string;
  kind: string;
  alias?: string;
  driver?: string;
}

export function useIdTokenWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.idTokens });
    void client.invalidateQueries({ queryKey: keys.drivers });
    return found;
  };
  return {
    create: (input: IdTokenInput) => after(http.post<IdToken>("/id-tokens", input)),
    change: (id: string, change: Partial<IdTokenInput> & { status?: string }) =>
      after(http.patch<IdToken>(`/id-tokens/${id}`, change)),
    remove: (id: string) => after(http.remove(`/id-tokens/${id}`)),
    replace: (id: string, uid: string) => after(http.post<IdToken>(`/id-tokens/${id}/replace`, { uid })),
    bulk: (ids: string[], deed: "block" | "unblock" | "delete") =>
      after(http.post<{ changed: number }>("/id-tokens/bulk", { ids, deed })),
    importKeys: (list: ImportedKey[]) => after(http.post<KeyImport>("/id-tokens/import", { keys: list })),
  };
}
