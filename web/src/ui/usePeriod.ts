// A period of whole days as the address has it: the last thirty where it has none.
import { dayEnd, dayIn, dayStart, onTheWall } from "@/lib/days";
import { useUrlState } from "@/lib/urlState";
import { useNow } from "@/lib/useNow";
import { useZone } from "./zone";

/** Days before today that a period begins with where none is chosen. */
const DAYS_BEFORE = 29;
const DAY_MS = 86_400_000;
/** How often "today" is looked at. */
const LOOK_MS = 60_000;

export interface Period {
  first: string;
  last: string;
  from: string | undefined;
  to: string | undefined;
  zone: string;
}

export function usePeriod(): Period {
  const [url] = useUrlState();
  const zone = useZone();
  const now = useNow(LOOK_MS);
  const day = (at: Date) => onTheWall(at.toISOString(), zone).slice(0, 10);
  const last = dayIn(url.last) ?? day(now);
  const first = dayIn(url.first) ?? day(new Date(now.getTime() - DAYS_BEFORE * DAY_MS));
  return { first, last, from: dayStart(first, zone), to: dayEnd(last, zone), zone };
}
