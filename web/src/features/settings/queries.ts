// Reads and writes of the organisation's settings and its API keys.
import { useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { ApiKey, NewApiKey, Organisation } from "@/api/types";

export const useApiKeys = (): List<ApiKey> => useList<ApiKey>(keys.apiKeys, "/api-keys");

export function useSettingsWrites() {
  const client = useQueryClient();
  return {
    organisation: async (id: string, change: Partial<Organisation>) => {
      await http.patch<Organisation>(`/organisations/${id}`, change);
      await client.invalidateQueries({ queryKey: keys.login });
    },
    createKey: async (name: string, scopes: string[], expires_at: string | undefined) => {
      const made = await http.post<NewApiKey>("/api-keys", {
        name,
        scopes,
        ...(expires_at ? { expires_at } : {}),
      });
      void client.invalidateQueries({ queryKey: keys.apiKeys });
      return made;
    },
    rotateKey: async (id: string, overlap_hours: number) => {
      const made = await http.post<NewApiKey>(`/api-keys/${id}/rotate`, { overlap_hours });
      void client.invalidateQueries({ queryKey: keys.apiKeys });
      return made;
    },
    revokeKey: async (id: string) => {
      await http.remove(`/api-keys/${id}`);
      void client.invalidateQueries({ queryKey: keys.apiKeys });
    },
  };
}
