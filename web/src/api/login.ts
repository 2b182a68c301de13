// Who is signed in and what he may do. The server decides; the page only hides what would be refused.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { http } from "./http";
import { keys } from "./keys";
import type { Login, Right, SignedIn } from "./types";

export const loginOptions = queryOptions({
  queryKey: keys.login,
  queryFn: ({ signal }) => http.get<Login>("/session", {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
  retry: 2,
});

/** The operator signed in. Only for screens inside the shell, which is drawn for signed-in operators alone. */
export function useLogin(): SignedIn {
  const { data } = useQuery(loginOptions);
  if (data?.state !== "signed_in") throw new Error("a screen of the shell was drawn without a login");
  return data;
}

export function useMay(right: Right): boolean {
  return useLogin().operator.permissions.includes(right);
}
