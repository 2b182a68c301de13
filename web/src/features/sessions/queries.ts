// Reads and writes of sessions.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Query } from "@/api/http";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Page, Reading, Receipt, Session } from "@/api/types";

/** Readings asked for at once, the most that the server gives. */
const READINGS_PER_PAGE = 5_000;
/** Pages of readings at most: a chart with more points says no more. */
const READING_PAGES = 4;
/** How often the cost so far of a running session is asked for. */
const RUNNING_MS = 30_000;

export function useSessions(filter: Query): List<Session> {
  return useList<Session>(keys.sessionList(filter), "/sessions", filter);
}

async function allReadings(id: string, signal: AbortSignal): Promise<Reading[]> {
  const found: Reading[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < READING_PAGES; page += 1) {
    const answer: Page<Reading> = await http.get(
      `/sessions/${encodeURIComponent(id)}/readings`,
      { limit: READINGS_PER_PAGE, cursor },
      signal,
    );
    found.push(...answer.items);
    cursor = answer.next;
    if (!cursor) break;
  }
  return found;
}

/** Why a session costs what it costs; nothing where no tariff applies. */
export function useReceipt(session: Session) {
  return useQuery({
    queryKey: [...keys.session(session.id), "receipt"],
    queryFn: ({ signal }) =>
      http.get<Receipt>(`/sessions/${encodeURIComponent(session.id)}/receipt`, {}, signal),
    enabled: session.payment === "priced",
    refetchInterval: session.status === "active" ? RUNNING_MS : false,
  });
}

export function useReadings(id: string) {
  return useQuery({ queryKey: keys.readings(id), queryFn: ({ signal }) => allReadings(id, signal) });
}

export function useSessionActions(id: string) {
  const client = useQueryClient();
  const keep = (session: Session) => {
    client.setQueryData(keys.session(id), session);
    void client.invalidateQueries({ queryKey: keys.session(id) });
    void client.invalidateQueries({ queryKey: keys.sessionLists });
    void client.invalidateQueries({ queryKey: keys.overview });
  };
  const route = `/sessions/${encodeURIComponent(id)}`;
  return {
    close: async () => keep(await http.post<Session>(`${route}/close`)),
    review: async (text: string) => keep(await http.post<Session>(`${route}/review`, { text })),
  };
}
