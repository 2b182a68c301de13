// Whose login page this is, and the way to a provider.
import { queryOptions } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { BrandAnswer } from "@/api/types";

export const brandOptions = (slug: string | null) =>
  queryOptions({
    queryKey: keys.brand(slug ?? ""),
    queryFn: ({ signal }) => http.get<BrandAnswer>("/brand", { slug }, signal),
    enabled: slug !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Leaves for the provider of an address or of a login page; comes back to where one wanted to go. */
export async function leaveForProvider(whose: { email?: string; slug?: string }): Promise<void> {
  const url = new URL(window.location.href);
  url.searchParams.delete("sign_in");
  const { address } = await http.post<{ address: string }>("/session/provider", {
    ...whose,
    path: url.pathname + url.search,
  });
  window.location.assign(address);
}
