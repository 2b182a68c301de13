// Who is signed in and what he may do. The server decides; the page only hides what would be refused.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { http } from "./http";
import { keys } from "./keys";
import type { Login, SignedIn } from "./types";

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

export type Right = "edit" | "command" | "administer";

/** Support and maintenance may read and command; only administrators change the organisation and its keys. */
export function may(role: SignedIn["operator"]["role"], right: Right): boolean {
  if (right === "command") return true;
  if (right === "administer") return role === "admin";
  return role === "admin" || role === "operator";
}

export function useMay(right: Right): boolean {
  return may(useLogin().operator.role, right);
}
