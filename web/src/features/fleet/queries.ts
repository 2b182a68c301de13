// Reads and writes of cars, teams, member discounts, and what was used.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Car, Driver, MemberDiscount, Page, Places, Team, Usage } from "@/api/types";
import type { UsageBy } from "@/ui/UsageTable";

type Fleet = string | undefined;

export const useCars = (filter: { q: string | undefined; fleet: Fleet }): List<Car> =>
  useList<Car>([...keys.drivers, "cars", filter], "/cars", filter);

export const teamsOptions = (fleet: Fleet) =>
  queryOptions({
    queryKey: [...keys.drivers, "teams", fleet],
    queryFn: ({ signal }) => http.get<Page<Team>>("/teams", { fleet }, signal),
  });

export const teamMembersOptions = (id: string) =>
  queryOptions({
    queryKey: [...keys.drivers, "team-members", id],
    queryFn: ({ signal }) => http.get<Page<Driver>>("/drivers", { team_id: id, limit: 500 }, signal),
  });

export const discountsOptions = (fleet: Fleet) =>
  queryOptions({
    queryKey: [...keys.drivers, "discounts", fleet],
    queryFn: ({ signal }) => http.get<Page<MemberDiscount>>("/member-discounts", { fleet }, signal),
  });

export interface UsageAsked {
  by: UsageBy;
  fleet: Fleet;
  from: string | undefined;
  to: string | undefined;
}

export const usageOptions = (asked: UsageAsked) =>
  queryOptions({
    queryKey: [...keys.drivers, "usage", asked],
    queryFn: ({ signal }) => http.get<Page<Usage>>("/usage", { ...asked }, signal),
  });

export interface CarInput {
  plate: string;
  brand: string;
  model: string;
  fleet: string | null;
  driver_id: string | null;
  notes: string | null;
  tags: string[];
}

export interface TeamInput {
  name: string;
  fleet: string | null;
  payer: string | null;
  payer_email: string | null;
  places: Places;
}

export interface DiscountInput {
  alias: string;
  fleet: string | null;
  percent_off: string | null;
  energy_price: string | null;
  currency: string | null;
  places: Places;
  active: boolean;
  driver_ids: string[];
  group_ids: string[];
}

export function useFleetWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.drivers });
    void client.invalidateQueries({ queryKey: keys.idTokens });
    return found;
  };
  const save =
    <T, I>(route: string) =>
    (id: string | undefined, input: I) =>
      after(id ? http.put<T>(`${route}/${id}`, input) : http.post<T>(route, input));
  return {
    saveCar: save<Car, CarInput>("/cars"),
    saveTeam: save<Team, TeamInput>("/teams"),
    saveDiscount: save<MemberDiscount, DiscountInput>("/member-discounts"),
    remove: (what: "cars" | "teams" | "member-discounts", id: string) => after(http.remove(`/${what}/${id}`)),
    setMember: (team: string, driver: string, member: boolean) =>
      after(
        member
          ? http.put(`/teams/${team}/members/${driver}`, {})
          : http.remove(`/teams/${team}/members/${driver}`),
      ),
  };
}
