// Reads and writes of charge keys.
import { useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { IdToken } from "@/api/types";

export const useIdTokens = (q: string | undefined): List<IdToken> =>
  useList<IdToken>([...keys.idTokens, "list", q ?? ""], "/id-tokens", { q });

export interface IdTokenInput {
  uid: string;
  kind: string;
  alias?: string;
  group?: string;
  expires_at?: string;
}

export function useIdTokenWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.idTokens });
    return found;
  };
  return {
    create: (input: IdTokenInput) => after(http.post<IdToken>("/id-tokens", input)),
    change: (id: string, change: Partial<IdToken>) => after(http.patch<IdToken>(`/id-tokens/${id}`, change)),
    remove: (id: string) => after(http.remove(`/id-tokens/${id}`)),
  };
}
