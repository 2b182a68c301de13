// Reads and writes of access profiles, and the choices that they are made of.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type {
  AccessProfile,
  AccessProfileRules,
  Driver,
  DriverGroup,
  IdleFee,
  KeyPayment,
  Page,
  Site,
  Station,
  Tariff,
} from "@/api/types";

/** The most that the server gives at once. */
const CHOICES = 500;

export const useAccessProfiles = (): List<AccessProfile> =>
  useList<AccessProfile>(keys.accessProfiles, "/access-profiles");

export const keyPaymentOptions = queryOptions({
  queryKey: keys.keyPayment,
  queryFn: ({ signal }) => http.get<{ policy: KeyPayment }>("/key-payment", {}, signal),
});

export interface Choices {
  sites: Site[];
  stations: Station[];
  tariffs: Tariff[];
  fees: IdleFee[];
  groups: DriverGroup[];
  drivers: Driver[];
}

function useAll<T>(name: string, route: string, enabled = true): T[] {
  const { data } = useQuery({
    queryKey: [...keys.accessProfiles, "choices", name],
    queryFn: ({ signal }) => http.get<Page<T>>(route, { limit: CHOICES }, signal),
    enabled,
  });
  return data?.items ?? [];
}

/** Everything a profile may name. People only for those who may see them. */
export function useChoices(maySeeDrivers: boolean): Choices {
  return {
    sites: useAll<Site>("sites", "/sites"),
    stations: useAll<Station>("stations", "/stations"),
    tariffs: useAll<Tariff>("tariffs", "/tariffs"),
    fees: useAll<IdleFee>("fees", "/idle-fees"),
    groups: useAll<DriverGroup>("groups", "/driver-groups", maySeeDrivers),
    drivers: useAll<Driver>("drivers", "/drivers", maySeeDrivers),
  };
}

export interface ProfileInput {
  name: string;
  active: boolean;
  rules: AccessProfileRules;
}

export function useProfileWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.accessProfiles });
    return found;
  };
  return {
    save: (input: ProfileInput, old: AccessProfile | null) =>
      after(
        old
          ? http.put<AccessProfile>(`/access-profiles/${old.id}`, input, old.version)
          : http.post<AccessProfile>("/access-profiles", input),
      ),
    remove: (id: string) => after(http.remove(`/access-profiles/${id}`)),
    setKeyPayment: (policy: KeyPayment) => after(http.put("/key-payment", { policy })),
  };
}
