// One event stream into the query cache: says which answers are out of date, never carries data of its own.
// Bursts are gathered, so that a thousand messages a second cost one refetch of what is on the screen.
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { keys } from "./keys";
import type { LiveEvent, Station } from "./types";

/** Milliseconds in which changes to one thing on the screen are gathered. */
const GATHER_ONE = 400;
/** Milliseconds in which changes to lists and totals are gathered: they cost the server more. */
const GATHER_LISTS = 1_500;
/** Milliseconds before a stream that the server closed for good is tried again. */
const REOPEN = 4_000;

export type LiveState = "connecting" | "live" | "reconnecting";

/** What an event makes out of date: single things soon, lists and totals a little later. */
export function touched(event: LiveEvent): { soon: QueryKey[]; later: QueryKey[] } {
  const soon: QueryKey[] = [];
  const later: QueryKey[] = [];
  const station = event.station;
  switch (event.type) {
    case "connection":
    case "station":
      if (station) soon.push(keys.station(station));
      later.push(keys.stationLists, keys.overview, keys.sites);
      break;
    case "session":
      if (event.session) soon.push(keys.session(event.session));
      if (station) soon.push(keys.station(station));
      later.push(keys.sessionLists, keys.stationLists, keys.overview);
      break;
    case "site":
      soon.push(keys.sites);
      later.push(keys.overview, keys.stationLists);
      break;
    case "id_token":
      soon.push(keys.idTokens);
      break;
    case "driver":
      soon.push(keys.drivers);
      break;
    case "message":
      if (station) later.push(keys.messages(station));
      break;
    case "command":
      if (station) soon.push(keys.commands(station));
      break;
    case "bulk":
      soon.push(keys.bulkJobs);
      break;
    case "booking":
      soon.push(keys.bookings);
      break;
    case "zone":
      soon.push(keys.zones);
      break;
    case "unknown_station":
    case "security":
      later.push(keys.unknownStations, keys.overview);
      break;
    case "fault":
      if (station) soon.push(keys.station(station));
      later.push(keys.faults, keys.overview);
      break;
    case "issue":
      later.push(keys.issues);
      break;
    case "organisation":
      soon.push(keys.login, keys.organisations, keys.profile);
      break;
  }
  return { soon, later };
}

/** Shows at once what the event itself says, before the refetch brings the rest. */
export function patch(client: QueryClient, event: LiveEvent): void {
  if (event.type !== "connection" || !event.station || event.online === undefined) return;
  const online = event.online;
  client.setQueryData<Station>(keys.station(event.station), (old) =>
    old ? { ...old, online, online_since: online ? event.at : null, last_seen_at: event.at } : old,
  );
}

/** Gathers keys and invalidates them together. */
export class Gatherer {
  private readonly waiting = new Map<string, QueryKey>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: QueryClient,
    private readonly delay: number,
  ) {}

  add(found: QueryKey[]): void {
    for (const key of found) this.waiting.set(JSON.stringify(key), key);
    if (this.waiting.size > 0 && this.timer === undefined) {
      this.timer = setTimeout(() => this.flush(), this.delay);
    }
  }

  private flush(): void {
    this.timer = undefined;
    const found = [...this.waiting.values()];
    this.waiting.clear();
    for (const queryKey of found) void this.client.invalidateQueries({ queryKey });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.clear();
  }
}

let state: LiveState = "connecting";
const watchers = new Set<() => void>();

function become(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const watcher of watchers) watcher();
}

export const liveState = {
  read: (): LiveState => state,
  watch: (watcher: () => void): (() => void) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
};

function read(text: string): LiveEvent | null {
  try {
    return JSON.parse(text) as LiveEvent;
  } catch {
    return null;
  }
}

/** Opens the stream; the returned function closes it. */
export function openLive(client: QueryClient): () => void {
  const soon = new Gatherer(client, GATHER_ONE);
  const later = new Gatherer(client, GATHER_LISTS);
  let source: EventSource | undefined;
  let reopen: ReturnType<typeof setTimeout> | undefined;
  let wasLost = false;

  const everything = () => void client.invalidateQueries();

  function open(): void {
    source = new EventSource("/api/v1/events");
    source.addEventListener("open", () => {
      become("live");
      // What happened in between may be gone from the server's memory.
      if (wasLost) everything();
      wasLost = false;
    });
    source.addEventListener("refetch", everything);
    source.addEventListener("message", (message) => {
      const event = read(message.data);
      if (!event) return;
      patch(client, event);
      const found = touched(event);
      soon.add(found.soon);
      later.add(found.later);
    });
    source.addEventListener("error", () => {
      wasLost = true;
      become("reconnecting");
      if (source?.readyState !== EventSource.CLOSED) return;
      // Closed for good: signed out, or a proxy said no. Ask who we are and try again.
      void client.invalidateQueries({ queryKey: keys.login });
      reopen = setTimeout(open, REOPEN);
    });
  }

  open();
  return () => {
    clearTimeout(reopen);
    source?.close();
    soon.stop();
    later.stop();
    become("connecting");
  };
}
