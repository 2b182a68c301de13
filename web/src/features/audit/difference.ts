// What differs between before and after, as lines a person reads. Values stay text: nothing here is markup.

export interface Line {
  name: string;
  before: string | null;
  after: string | null;
}

type Side = Record<string, unknown> | null | undefined;

function text(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.length === 0 ? "—" : value.map(text).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

export function difference(before: Side, after: Side): Line[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return names.map((name) => ({
    name,
    before: before && name in before ? text(before[name]) : null,
    after: after && name in after ? text(after[name]) : null,
  }));
}
