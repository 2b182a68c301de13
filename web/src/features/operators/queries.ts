// Reads and writes of operators, invitations and roles.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Invitation, Member, Page, Role } from "@/api/types";

export const useMembers = (q: string | undefined): List<Member> =>
  useList<Member>([...keys.operators, "list", q ?? ""], "/operators", { text: q });

export const useInvitations = (): List<Invitation> =>
  useList<Invitation>([...keys.operators, "invitations"], "/invitations");

export interface RolePreset {
  role: Role;
  permissions: string[];
}

export function useRoles(): RolePreset[] {
  const { data } = useQuery({
    queryKey: [...keys.operators, "roles"],
    queryFn: ({ signal }) => http.get<Page<RolePreset>>("/roles", {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.items ?? [];
}

export interface RightsInput {
  role: string;
  permissions: string[] | null;
  sites: string[] | null;
}

export function useOperatorWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.operators });
    return found;
  };
  return {
    invite: (input: RightsInput & { email: string; name: string; language: string }) =>
      after(http.post<Invitation>("/invitations", input)),
    resend: (id: string, language: string) =>
      after(http.post<Invitation>(`/invitations/${id}/resend`, { language })),
    withdraw: (id: string) => after(http.remove(`/invitations/${id}`)),
    change: (id: string, rights: RightsInput) => after(http.put<Member>(`/operators/${id}`, rights)),
    remove: (id: string) => after(http.remove(`/operators/${id}`)),
    demandSecondFactor: async (organisation: string, demanded: boolean) => {
      await http.patch(`/organisations/${organisation}`, { second_factor_required: demanded });
      await client.invalidateQueries({ queryKey: keys.login });
    },
  };
}
