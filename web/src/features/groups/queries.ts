// Reads and writes of groups of drivers.
import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import type { DriverGroup, Page } from "@/api/types";

export const groupsOptions = queryOptions({
  queryKey: [...keys.drivers, "groups"],
  queryFn: ({ signal }) => http.get<Page<DriverGroup>>("/driver-groups", {}, signal),
});

interface GroupInput {
  name: string;
  description: string | null;
}

export function useGroupWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    void client.invalidateQueries({ queryKey: keys.drivers });
    return found;
  };
  return {
    add: (input: GroupInput) => after(http.post<DriverGroup>("/driver-groups", input)),
    change: (id: string, input: GroupInput) => after(http.patch<DriverGroup>(`/driver-groups/${id}`, input)),
    remove: (id: string) => after(http.remove(`/driver-groups/${id}`)),
  };
}
