// Sending commands and reading how they ended.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { BulkJob, BulkJobDetail, Command, CommandRequest, Page, RawAnswer, Session } from "@/api/types";

export const useCommands = (id: string): List<Command> =>
  useList<Command>(keys.commands(id), `/stations/${id}/commands`);

/** How many sessions a command would end. */
export function usePreview(id: string, evse: number | undefined) {
  return useQuery({
    queryKey: [...keys.commands(id), "preview", evse ?? null],
    queryFn: ({ signal }) =>
      http.get<{ sessions_affected: number }>(`/stations/${id}/commands/preview`, { evse }, signal),
    staleTime: 0,
    select: (found) => found.sessions_affected,
  });
}

export function useOpenSessions(id: string) {
  return useQuery({
    queryKey: keys.sessionList({ station_id: id, status: "active" }),
    queryFn: ({ signal }) =>
      http.get<Page<Session>>("/sessions", { station_id: id, status: "active" }, signal),
    select: (page) => page.items,
  });
}

export function useSend(id: string) {
  const client = useQueryClient();
  const moved = () => {
    void client.invalidateQueries({ queryKey: keys.commands(id) });
    void client.invalidateQueries({ queryKey: keys.station(id) });
  };
  return {
    /** `queueUntil`: a charger that is away gets it when it comes back before that moment. */
    command: (body: CommandRequest, queueUntil?: string) =>
      http
        .post<Command>(`/stations/${id}/commands`, queueUntil ? { ...body, queue_until: queueUntil } : body)
        .finally(moved),
    takeBack: (command: string) => http.remove<Command>(`/stations/${id}/commands/${command}`).finally(moved),
    raw: (action: string, payload: unknown) =>
      http.post<RawAnswer>(`/stations/${id}/calls`, { action, payload }).finally(moved),
  };
}

export const useBulkJobs = (): List<BulkJob> => useList<BulkJob>([...keys.bulkJobs, "list"], "/bulk-jobs");

export const bulkJobOptions = (id: string) =>
  queryOptions({
    queryKey: keys.bulkJob(id),
    queryFn: ({ signal }) => http.get<BulkJobDetail>(`/bulk-jobs/${encodeURIComponent(id)}`, {}, signal),
  });

export function useBulkWrites() {
  const client = useQueryClient();
  const moved = () => void client.invalidateQueries({ queryKey: keys.bulkJobs });
  return {
    start: (station_ids: string[], command: CommandRequest, at_once: number) =>
      http.post<BulkJob>("/bulk-jobs", { station_ids, command, at_once }).finally(moved),
    cancel: (id: string) => http.post<BulkJob>(`/bulk-jobs/${id}/cancel`).finally(moved),
  };
}
