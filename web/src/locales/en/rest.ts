// Everything else: fetched with the application.
export const files = import.meta.glob<{ default: Record<string, unknown> }>(
  ["./*.json", "!./{login,shell,account,signIn,passkey,list}.json"],
  { eager: true },
);
