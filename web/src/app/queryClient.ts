// The query cache: the only place where server data lives. The live stream makes answers out of date, not the clock.
import { QueryClient } from "@tanstack/react-query";
import { Problem } from "@/api/http";

/** Attempts at a read that failed for a reason that may pass. */
const RETRIES = 2;

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) => {
          if (error instanceof Problem && error.status >= 400 && error.status < 500) return false;
          return count < RETRIES;
        },
      },
    },
  });
}
