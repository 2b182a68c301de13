// A made-up network for working on the screens without a server. Never part of the bundle.
import type { Session, Site, Station } from "../src/api/types.ts";

/** The same numbers at every start, so that screenshots can be compared. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const roll = dice(7);
const pick = <T>(from: readonly T[]): T => from[Math.floor(roll() * from.length)] as T;
const HOUR = 3_600_000;
export const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

const PLACES = [
  ["Nordhafen car park", "Kaistraße 4", "Kiel", "DE", "Europe/Berlin"],
  ["Town hall", "Rathausplatz 1", "Flensburg", "DE", "Europe/Berlin"],
  ["Depot East", "Industrivej 22", "Kolding", "DK", "Europe/Copenhagen"],
  ["Riverside offices", "8 Wharf Lane", "Bristol", "GB", "Europe/London"],
  ["Staff garage", "Holtenauer Str. 80", "Kiel", "DE", "Europe/Berlin"],
] as const;

export const sites: Site[] = PLACES.map(([name, address, city, country, time_zone], index) => ({
  id: `site-${index + 1}`,
  name,
  address,
  city,
  country,
  latitude: 54.3 + index / 10,
  longitude: 10.1 - index / 10,
  time_zone,
  currency: country === "DK" ? "DKK" : country === "GB" ? "GBP" : "EUR",
  kind: index === 4 ? "private" : index === 2 ? "semi_public" : "public",
  free_charging: index === 4,
  tariff_id: null,
  stations: 0,
  online: 0,
  connectors: 0,
  charging: 0,
  created_at: ago(90 * 24 * HOUR),
}));

const MODELS = [
  ["ABB", "Terra AC W22-T", "1.6.5", 22_080, "ac", "Type 2"],
  ["Alfen", "Eve Double Pro", "5.8.1-4123", 22_080, "ac", "Type 2"],
  ["Alpitronic", "HYC150", "v1.8.3-2", 150_000, "dc", "CCS2"],
  ["Wallbe", "Eco 2.0s", "1.12.0", 11_040, "ac", "Type 2"],
] as const;
const STATUSES = [
  "Available",
  "Available",
  "Available",
  "Charging",
  "Charging",
  "Preparing",
  "SuspendedEV",
  "Finishing",
];

function station(index: number): Station {
  const site = sites[index % sites.length] as Site;
  const [vendor, model, firmware, watts, current, kind] = pick(MODELS);
  const online = index % 9 !== 4;
  const evses = Array.from({ length: current === "dc" || model.includes("Double") ? 2 : 1 }, (_, at) => {
    const status = index === 6 && at === 0 ? "Faulted" : index === 11 ? "Unavailable" : pick(STATUSES);
    return {
      evse: at + 1,
      max_power_w: watts,
      current,
      session_id: null as string | null,
      connectors: [
        {
          connector: 1,
          kind,
          status,
          status_since: ago(roll() * 5 * HOUR),
          error_code: status === "Faulted" ? "GroundFailure" : "NoError",
          vendor_error_code: status === "Faulted" ? "E-0x3F <b>rcd</b>" : null,
          info: status === "Faulted" ? "RCD tripped twice, manual reset needed" : null,
        },
      ],
    };
  });
  const identity = `${site.city?.slice(0, 3).toUpperCase()}-${String(index + 1).padStart(3, "0")}`;
  return {
    id: `st-${index + 1}`,
    identity,
    name: index % 3 === 0 ? `Bay ${index + 1}` : null,
    site_id: site.id,
    site_name: site.name,
    site_time_zone: site.time_zone,
    station_status: null,
    offline_since: online ? null : ago(9 * HOUR),
    vendor,
    model,
    serial: `SN${100_200 + index * 37}`,
    firmware,
    iccid: null,
    imsi: null,
    protocol: index % 4 === 2 ? "ocpp2.0.1" : "ocpp1.6",
    registration: index === 13 ? "pending" : "accepted",
    security_profile: index === 3 ? 0 : index % 4 === 2 ? 2 : 1,
    online,
    online_since: online ? ago(roll() * 200 * HOUR) : null,
    last_seen_at: ago(online ? roll() * 60_000 : 9 * HOUR),
    address: `10.4.${index}.17`,
    booted_at: ago(300 * HOUR),
    deviations: index % 5 === 1 ? 3 : 0,
    evses,
    sessions_30d: Math.floor(roll() * 90),
    energy_30d_wh: Math.floor(roll() * 1_900_000),
    created_at: ago(80 * 24 * HOUR),
    connection_urls: [
      `wss://charge.example.org/ocpp/1/${identity}`,
      `ws://charge.example.org/ocpp/1/${identity}`,
    ],
  };
}

export const stations: Station[] = Array.from({ length: 24 }, (_, index) => station(index));

let nextSession = 1;
export function session(of: Station, evse: number, startedMs: number, lastsMs: number | null): Session {
  const site = sites.find((each) => each.id === of.site_id) as Site;
  const runs = lastsMs ?? startedMs;
  const energy = Math.floor((runs / HOUR) * (4_000 + roll() * 7_000));
  const start = Math.floor(roll() * 9_000_000);
  const odd = nextSession % 11;
  return {
    id: `se-${nextSession++}`,
    station_id: of.id,
    station_identity: of.identity,
    station_name: of.name,
    site_id: of.site_id,
    site_name: of.site_name,
    site_time_zone: site.time_zone,
    evse,
    connector: 1,
    transaction_ref: String(48_000 + nextSession),
    id_token: odd === 5 ? null : `04A2${(0x11_00 + nextSession * 77).toString(16).toUpperCase()}C3`,
    id_token_alias: nextSession % 3 === 0 ? "Fleet van 12" : null,
    status: lastsMs === null ? "active" : "ended",
    charging_state: lastsMs === null ? "Charging" : null,
    started_at: ago(startedMs),
    ended_at: lastsMs === null ? null : ago(startedMs - lastsMs),
    duration_s: Math.floor(runs / 1_000),
    energy_wh: energy,
    energy_source: odd === 4 ? "start_stop" : "register",
    energy_note:
      odd === 4
        ? "Difference of the start and stop meter values; no readings came in between."
        : "From the meter register: last reading minus the reading at the start.",
    power_w: lastsMs === null ? 7_000 + Math.floor(roll() * 14_000) : null,
    soc_percent: odd === 2 ? 61 : null,
    meter_start_wh: start,
    meter_end_wh: lastsMs === null ? null : start + energy,
    stop_reason: lastsMs === null ? null : pick(["Local", "EVDisconnected", "Remote"]),
    ended_by: lastsMs === null ? null : odd === 7 ? "reconciler" : "station",
    flags: odd === 7 ? ["reconstructed", "offline"] : odd === 9 ? ["meter_reset"] : [],
    needs_review: odd === 7 || odd === 9,
    cost: null,
  };
}

export const sessions: Session[] = [];
for (const each of stations) {
  for (const evse of each.evses) {
    if (evse.connectors[0]?.status === "Charging" && each.online) {
      const running = session(each, evse.evse, roll() * 3 * HOUR, null);
      evse.session_id = running.id;
      sessions.push(running);
    }
  }
}
for (let index = 0; index < 120; index += 1) {
  const of = pick(stations);
  const started = (3 + roll() * 29 * 24) * HOUR;
  sessions.push(session(of, 1, started, Math.min(started, (0.3 + roll() * 5) * HOUR)));
}
sessions.sort((a, b) => b.started_at.localeCompare(a.started_at));
for (const site of sites) {
  const own = stations.filter((each) => each.site_id === site.id);
  site.stations = own.length;
  site.online = own.filter((each) => each.online).length;
  site.connectors = own.reduce((sum, each) => sum + each.evses.length, 0);
  site.charging = sessions.filter((each) => each.site_id === site.id && each.status === "active").length;
}
