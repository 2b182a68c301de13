// The issue log: list, one issue with what was said, and every change.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { http, type Query } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Issue, IssueDetail, IssueRequest, Page } from "@/api/types";

export const useIssues = (filter: Query): List<Issue> =>
  useList<Issue>([...keys.issues, "list", filter], "/issues", filter);

export const issueOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.issues, "one", id],
    queryFn: ({ signal }) => http.get<IssueDetail>(`/issues/${encodeURIComponent(id)}`, {}, signal),
  });

/** Whom an issue may be given to. */
export function usePeople(): { value: string; label: string }[] {
  const { data } = useQuery({
    queryKey: [...keys.issues, "people"],
    queryFn: ({ signal }) => http.get<Page<{ id: string; name: string }>>("/issue-assignees", {}, signal),
  });
  return (data?.items ?? []).map((each) => ({ value: each.id, label: each.name }));
}

export function useIssueWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.issues }));
  return {
    add: (body: IssueRequest) => after(http.post<Issue>("/issues", body)),
    edit: (id: string, body: IssueRequest) => after(http.patch<Issue>(`/issues/${id}`, body)),
    comment: (id: string, text: string) => after(http.post(`/issues/${id}/comments`, { text })),
  };
}
