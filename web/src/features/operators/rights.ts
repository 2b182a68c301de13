// Rights as the form shows them: in groups, each with what it needs. The server decides; this only arranges.
import type { Right } from "@/api/types";

export const RIGHT_GROUPS: { name: string; rights: Right[] }[] = [
  {
    name: "network",
    rights: ["read", "network", "network_delete", "migrate", "command", "raw_call", "power"],
  },
  { name: "sessions", rights: ["sessions_read", "sessions", "receipts"] },
  { name: "access", rights: ["tokens_read", "tokens", "drivers_read", "drivers"] },
  { name: "money", rights: ["tariffs", "revenue", "billing"] },
  { name: "diagnostics", rights: ["diagnostics", "issues", "alerts"] },
  { name: "figures", rights: ["reports", "export"] },
  {
    name: "organisation",
    rights: ["organisation", "operators", "integrations", "audit", "administration"],
  },
];

const NEEDS: Partial<Record<Right, Right>> = {
  sessions: "sessions_read",
  receipts: "sessions_read",
  tokens: "tokens_read",
  drivers: "drivers_read",
  billing: "revenue",
  network_delete: "network",
  migrate: "network",
  raw_call: "command",
};

/** What is ticked, with what it needs. */
export function completed(rights: string[]): string[] {
  const all = new Set(rights);
  for (const right of rights) {
    const needed = NEEDS[right as Right];
    if (needed) all.add(needed);
  }
  return [...all];
}

/** Unticking what another right needs takes that right away too. */
export function changed(before: string[], after: string[]): string[] {
  const gone = before.filter((right) => !after.includes(right));
  return completed(after.filter((right) => !gone.includes(NEEDS[right as Right] ?? "")));
}
