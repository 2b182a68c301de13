// What the organisation says of itself, and its logo.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http, path } from "@/api/http";
import { keys } from "@/api/keys";
import type { Profile, ProfileRequest, SetProvider, SingleSignOn } from "@/api/types";

export const profileOptions = queryOptions({
  queryKey: keys.profile,
  queryFn: ({ signal }) => http.get<Profile>("/organisation/profile", {}, signal),
});

/** The logo's address; the version makes a new logo a new address. */
export const logoUrl = (version: number): string => path("/organisation/logo", { v: version });

export function useProfileWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.profile }));
  return {
    edit: (body: ProfileRequest) => after(http.patch<Profile>("/organisation/profile", body)),
    setLogo: (file: File) => after(http.putFile("/organisation/logo", file)),
    removeLogo: () => after(http.remove("/organisation/logo")),
  };
}

export const singleSignOnOptions = queryOptions({
  queryKey: keys.singleSignOn,
  queryFn: ({ signal }) => http.get<SingleSignOn>("/organisation/single-sign-on", {}, signal),
});

export function useProviderWrites() {
  const client = useQueryClient();
  const after = <T>(answer: Promise<T>): Promise<T> =>
    answer.finally(() => void client.invalidateQueries({ queryKey: keys.singleSignOn }));
  return {
    set: (body: SetProvider, version?: number) =>
      after(http.put<SingleSignOn>("/organisation/single-sign-on", body, version)),
    end: () => after(http.remove("/organisation/single-sign-on")),
  };
}
