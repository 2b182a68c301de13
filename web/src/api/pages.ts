// Reads lists page by page: one options object for the query library, one flat list for the screens.
import { infiniteQueryOptions, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { http, type Query } from "./http";
import type { Page } from "./types";

/** Rows asked for at a time; the server allows up to 500. */
const PAGE_SIZE = 50;

export function listOptions<T>(queryKey: QueryKey, route: string, query: Query = {}) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<T>>(route, { limit: PAGE_SIZE, ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

export interface List<T> {
  items: T[];
  loading: boolean;
  /** These are the rows of the filter before; the new ones are on their way. */
  stale: boolean;
  error: Error | null;
  more: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

export function useList<T>(queryKey: QueryKey, route: string, query: Query = {}, enabled = true): List<T> {
  const answer = useInfiniteQuery({
    ...listOptions<T>(queryKey, route, query),
    enabled,
    placeholderData: (previous) => previous,
  });
  return {
    items: answer.data?.pages.flatMap((page) => page.items) ?? [],
    loading: answer.isPending && enabled,
    stale: answer.isPlaceholderData,
    error: answer.error,
    more: answer.hasNextPage,
    loadingMore: answer.isFetchingNextPage,
    loadMore: () => void answer.fetchNextPage(),
    retry: () => void answer.refetch(),
  };
}
