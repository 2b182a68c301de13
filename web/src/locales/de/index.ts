// What the screens say before somebody is signed in.
export const files = import.meta.glob<{ default: Record<string, unknown> }>(
  "./{login,shell,account,signIn,passkey,list}.json",
  { eager: true },
);
