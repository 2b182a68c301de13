// The first few values of a call, in one line: enough to tell messages apart without opening them. Pure.

/** Characters of a line in the log. */
const LENGTH = 110;
/** Levels of members looked into. */
const DEPTH = 6;

function leaves(value: unknown, name: string, depth: number, found: string[]): void {
  if (found.join(" · ").length > LENGTH || depth > DEPTH) return;
  if (Array.isArray(value)) {
    for (const each of value) leaves(each, name, depth + 1, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [member, each] of Object.entries(value)) leaves(each, member, depth + 1, found);
  } else if (value !== null && value !== undefined && value !== "") {
    found.push(name ? `${name} ${String(value)}` : String(value));
  }
}

export function summary(frame: string): string {
  let payload: unknown;
  try {
    const parsed: unknown = JSON.parse(frame);
    payload = Array.isArray(parsed) ? parsed[3] : parsed;
  } catch {
    payload = frame;
  }
  const found: string[] = [];
  leaves(payload, "", 0, found);
  const line = found.join(" · ");
  return line.length > LENGTH ? `${line.slice(0, LENGTH - 1)}…` : line;
}
