// What the last messages and the deviations say about how a charger keeps to the standard. Pure.
import type { Deviation, Message, ProtocolMessage } from "@/api/types";

export interface Use {
  action: string;
  direction: "received" | "sent";
  count: number;
  /** Answered with an error, not understood, or not answered. */
  failed: number;
  last: string;
}

const FAILED = ["error", "bad", "no_answer"];

/** The messages by action and direction, those that failed first, then the most used. */
export function usesOf(messages: Message[]): Use[] {
  const found = new Map<string, Use>();
  for (const message of messages) {
    const key = `${message.direction} ${message.action}`;
    const use = found.get(key) ?? {
      action: message.action,
      direction: message.direction,
      count: 0,
      failed: 0,
      last: message.at,
    };
    use.count += 1;
    if (FAILED.includes(message.outcome)) use.failed += 1;
    if (message.at > use.last) use.last = message.at;
    found.set(key, use);
  }
  return [...found.values()].sort((a, b) => b.failed - a.failed || b.count - a.count);
}

/** Messages a charger may send by its version and has not sent lately. */
export function unused(messages: Message[], known: ProtocolMessage[]): string[] {
  const said = new Set(messages.filter((each) => each.direction === "received").map((each) => each.action));
  return known.filter((each) => each.from_station && !said.has(each.action)).map((each) => each.action);
}

export type Verdict = "silent" | "good" | "tolerated" | "act";

/** Advice that ends in an action for somebody; the rest is only worth knowing. */
const NOTHING_TO_DO = /nothing needs to be done/i;

export const needsAction = (deviation: Pick<Deviation, "advice">): boolean =>
  !NOTHING_TO_DO.test(deviation.advice);

export function verdictOf(deviations: Deviation[], uses: Use[]): Verdict {
  if (uses.length === 0 && deviations.length === 0) return "silent";
  const failing = uses.some((use) => use.direction === "received" && use.failed > 0);
  if (failing || deviations.some(needsAction)) return "act";
  return deviations.length > 0 ? "tolerated" : "good";
}
