// Reads and writes of one's own account.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { http } from "@/api/http";
import { keys } from "@/api/keys";
import { type List, useList } from "@/api/pages";
import type { Account, OwnLogin, Passkey } from "@/api/types";
import type { PasskeyChallenge } from "@/lib/passkey";

export const useAccount = () =>
  useQuery({ queryKey: keys.account, queryFn: ({ signal }) => http.get<Account>("/account", {}, signal) });

export const useOwnLogins = (): List<OwnLogin> =>
  useList<OwnLogin>([...keys.account, "logins"], "/account/logins");

export interface AccountInput {
  name?: string;
  email?: string;
  language?: string | null;
  time_zone?: string | null;
  password?: string;
}

export function useAccountWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.account }),
      client.invalidateQueries({ queryKey: keys.login }),
    ]);
    return found;
  };
  return {
    edit: (input: AccountInput) => after(http.patch<Account>("/account", input)),
    password: (password: string, new_password: string) =>
      after(http.post<void>("/account/password", { password, new_password })),
    endLogin: (id: string) => after(http.remove(`/account/logins/${id}`)),
    beginFactor: () => http.post<{ secret: string; address: string }>("/account/second-factor"),
    confirmFactor: (code: string) => http.put<{ codes: string[] }>("/account/second-factor", { code }),
    endFactor: (password: string) => after(http.post<void>("/account/second-factor/off", { password })),
    reread: () => after(Promise.resolve()),
  };
}

export const usePasskeys = (): List<Passkey> =>
  useList<Passkey>([...keys.account, "passkeys"], "/account/passkeys");

export function usePasskeyWrites() {
  const client = useQueryClient();
  const after = async <T>(answer: Promise<T>): Promise<T> => {
    const found = await answer;
    await client.invalidateQueries({ queryKey: keys.account });
    return found;
  };
  return {
    begin: (password: string) => http.post<PasskeyChallenge>("/account/passkeys/challenge", { password }),
    add: (token: string, name: string, answer: Record<string, unknown>) =>
      after(http.post<Passkey>("/account/passkeys", { token, name, answer })),
    remove: (id: string) => after(http.remove(`/account/passkeys/${id}`)),
  };
}
