// A stand-in for the server while screens are drawn: `FORECOURT_MOCK=1 npm run dev`. Never part of the bundle.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import type { Overview, Session, Station } from "../src/api/types.ts";
import { ago, sessions, sites, stations } from "./data.ts";
import { messages } from "./frames.ts";

type Answer = { status: number; body?: unknown };
type Handler = (found: RegExpMatchArray, query: URLSearchParams, body: Record<string, unknown>) => Answer;

const ok = (body: unknown): Answer => ({ status: 200, body });
const list = (items: unknown[], query: URLSearchParams): Answer => {
  const from = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  return ok({
    items: items.slice(from, from + limit),
    next: from + limit < items.length ? String(from + limit) : null,
  });
};
const refuse = (status: number, title: string, errors?: unknown): Answer => ({
  status,
  body: { title, status, errors },
});

const organisation = {
  id: "org-1",
  number: 1,
  name: "Fördestrom",
  currency: "EUR",
  time_zone: "Europe/Berlin",
  waiting_room: true,
};
const signedIn = {
  state: "signed_in",
  operator: {
    id: "op-1",
    email: "mia@foerdestrom.example",
    name: "Mia Petersen",
    role: "admin",
    permissions: ["read", "tokens", "network", "command", "raw_call", "sessions", "organisation"],
  },
  organisation,
  organisations: [organisation],
  version: "0.1.0",
  demo: false,
};
let login: unknown =
  process.env.FORECOURT_MOCK_LOGIN === "set_up"
    ? { state: "set_up" }
    : process.env.FORECOURT_MOCK_LOGIN === "out"
      ? { state: "signed_out", demo: { email: "demo@example.org", password: "try-forecourt" } }
      : signedIn;
const unknown = [
  ["KIE-099", "unknown", 14],
  ["acme/<i>7</i>", "wrong_password", 233],
].map(([identity, reason, attempts], index) => ({
  id: `un-${index}`,
  identity,
  organisation_number: 1,
  path: `/ocpp/1/${identity}`,
  address: "93.184.216.34",
  subprotocols: ["ocpp1.6"],
  user_agent: "EVBox/3.2",
  reason,
  first_at: ago(86_400_000 * 2),
  last_at: ago(40_000),
  attempts,
}));
const tokens = ["04A2B1C3D4E5F6", "045599AA", "DE-ABC-C12345678-9"].map((uid, index) => ({
  id: `tok-${index}`,
  uid,
  kind: index === 2 ? "emaid" : "rfid",
  alias: index === 0 ? "Fleet van 12" : null,
  status: index === 1 ? "blocked" : "accepted",
  expires_at: index === 2 ? ago(-86_400_000 * 200) : null,
  group: index === 0 ? "fleet" : null,
  last_used_at: index === 1 ? null : ago(7_200_000),
  created_at: ago(86_400_000 * 70),
}));
const apiKeys = [
  {
    id: "key-1",
    name: "Billing export",
    prefix: "fc_3Hd9",
    scopes: ["read"],
    created_at: ago(86_400_000 * 20),
    last_used_at: ago(60_000),
    expires_at: null,
    revoked_at: null,
  },
];
const commands: unknown[] = [];

function overview(): Overview {
  const active = sessions.filter((each) => each.status === "active");
  const by_status: Record<string, number> = {};
  for (const each of stations) {
    for (const evse of each.evses) {
      const status = each.online ? (evse.connectors[0]?.status ?? "Unknown") : "Offline";
      by_status[status] = (by_status[status] ?? 0) + 1;
    }
  }
  const energy_days = Array.from({ length: 30 }, (_, back) => {
    const day = ago((29 - back) * 86_400_000).slice(0, 10);
    const own = sessions.filter((each) => each.started_at.startsWith(day));
    return { day, energy_wh: own.reduce((sum, each) => sum + each.energy_wh, 0) * 6, sessions: own.length };
  });
  return {
    at: ago(0),
    stations: { total: 24, online: 21, offline: 2, never_connected: 1, faulted: 1 },
    connectors: { total: 33, by_status },
    sessions: {
      active: active.length,
      power_w: active.reduce((sum, each) => sum + (each.power_w ?? 0), 0),
      today: 19,
      needs_review: sessions.filter((each) => each.needs_review).length,
    },
    energy_today_wh: energy_days.at(-1)?.energy_wh ?? 0,
    energy_days,
    energy_hours: Array.from({ length: 48 }, (_, back) => ({
      hour: `${ago((47 - back) * 3_600_000).slice(0, 13)}:00:00Z`,
      energy_wh: Math.round(20_000 + 18_000 * Math.sin(back / 3.8) + 4_000 * Math.sin(back * 1.7)),
    })),
    time_zone: "Europe/Berlin",
    recent_sessions: sessions.slice(0, 10),
    attention: [
      { kind: "faulted", station_id: "st-7", text: "KOL-007 plug 1: GroundFailure", since: ago(4_000_000) },
      {
        kind: "offline",
        station_id: "st-5",
        text: "KIE-005 has not been heard from",
        since: ago(32_000_000),
      },
      {
        kind: "unknown_station",
        station_id: null,
        text: "2 chargers nobody knows are trying to connect",
        since: ago(40_000),
      },
      { kind: "review", station_id: null, text: "14 sessions wait for review", since: ago(90_000_000) },
    ],
    storage: {
      ok: process.env.FORECOURT_MOCK_STORAGE !== "bad",
      problem:
        process.env.FORECOURT_MOCK_STORAGE === "bad" ? "disk full: 0 bytes left on /var/lib/forecourt" : null,
    },
  };
}

const stationOf = (id: string | undefined): Station | undefined => stations.find((each) => each.id === id);
const sessionOf = (id: string | undefined): Session | undefined => sessions.find((each) => each.id === id);
const one = (found: unknown): Answer => (found ? ok(found) : refuse(404, "Not found"));

function readings(of: Session | undefined): Answer {
  if (!of) return refuse(404, "Not found");
  const start = new Date(of.started_at).getTime();
  const points = Math.max(2, Math.floor(of.duration_s / 60));
  const items = Array.from({ length: points }, (_, at) => ({
    at: new Date(start + at * 60_000).toISOString(),
    context: at === 0 ? "Begin" : "Periodic",
    register_wh: (of.meter_start_wh ?? 0) + Math.floor((of.energy_wh * at) / (points - 1)),
    power_w: Math.floor(
      11_000 * Math.min(1, at / 3) * (at > points * 0.75 ? 1 - (at - points * 0.75) / points : 1),
    ),
    current_ma: 15_900,
    voltage_mv: 231_000,
    soc_percent: null,
    extra: [],
  }));
  return ok({ items, next: null });
}

function enter(): Answer {
  login = signedIn;
  return ok(login);
}

function leave(): Answer {
  login = { state: "signed_out" };
  return { status: 204 };
}

const routes: [string, RegExp, Handler][] = [
  ["GET", /^\/session$/, () => ok(login)],
  [
    "POST",
    /^\/session$/,
    (_, __, body) => {
      if (body.password === "wrong") return refuse(401, "E-mail or password is wrong");
      login = signedIn;
      return ok(login);
    },
  ],
  [
    "POST",
    /^\/set-up$/,
    (_, __, body) => (body.code === "wrong" ? refuse(403, "The code is wrong") : enter()),
  ],
  ["DELETE", /^\/session$/, leave],
  ["GET", /^\/overview$/, () => ok(overview())],
  ["GET", /^\/organisations$/, () => ok({ items: [organisation], next: null })],
  ["PATCH", /^\/organisations\/.+$/, (_, __, body) => ok(Object.assign(organisation, body))],
  [
    "GET",
    /^\/sites$/,
    (_, query) =>
      list(
        sites.filter((each) => each.name.toLowerCase().includes((query.get("q") ?? "").toLowerCase())),
        query,
      ),
  ],
  ["GET", /^\/sites\/(.+)$/, ([, id]) => one(sites.find((each) => each.id === id))],
  [
    "POST",
    /^\/sites$/,
    (_, __, body) =>
      body.name
        ? ok({ ...sites[0], ...body, id: "site-1" })
        : refuse(422, "Invalid", [{ field: "/name", message: "is needed" }]),
  ],
  [
    "GET",
    /^\/stations$/,
    (_, query) => {
      const text = (query.get("q") ?? "").toLowerCase();
      const status = query.get("status");
      const site = query.get("site_id");
      const online = query.get("online");
      return list(
        stations.filter(
          (each) =>
            `${each.identity} ${each.name} ${each.model}`.toLowerCase().includes(text) &&
            (!site || each.site_id === site) &&
            (!online || String(each.online) === online) &&
            (!status ||
              (status === "Offline"
                ? !each.online
                : each.evses.some((evse) => evse.connectors[0]?.status === status))),
        ),
        query,
      );
    },
  ],
  [
    "POST",
    /^\/stations$/,
    (_, __, body) =>
      stations.some((each) => each.identity === body.identity)
        ? refuse(409, "Conflict", [{ field: "/identity", message: "is already used" }])
        : ok({ ...stations[0], ...body, id: "st-1", password: "kT9vQm2xW4pR7sZd" }),
  ],
  ["GET", /^\/stations\/([^/]+)$/, ([, id]) => one(stationOf(id))],
  ["PATCH", /^\/stations\/([^/]+)$/, ([, id], _, body) => one(Object.assign(stationOf(id) ?? {}, body))],
  [
    "GET",
    /^\/stations\/.+\/deviations$/,
    (_, query) =>
      list(
        [
          {
            kind: "unknown_member",
            path: "MeterValues.meterValue[].sampledValue[].signature",
            seen: '"0xAF…"',
            count: 211,
            first_at: ago(9e8),
            last_at: ago(5e5),
          },
          {
            kind: "wrong_type",
            path: "StatusNotification.connectorId",
            seen: '"1"',
            count: 4,
            first_at: ago(8e8),
            last_at: ago(5e7),
          },
        ],
        query,
      ),
  ],
  [
    "GET",
    /^\/stations\/.+\/variables$/,
    (_, query) =>
      list(
        [
          ["HeartbeatInterval", "300", false],
          ["MeterValueSampleInterval", "60", false],
          ["NumberOfConnectors", "2", true],
          [
            "MeterValuesSampledData",
            "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage",
            false,
          ],
          ["AuthorizeRemoteTxRequests", "false", false],
        ].map(([name, value, readonly]) => ({
          component: null,
          component_instance: null,
          name,
          instance: null,
          attribute: null,
          value,
          readonly,
          seen_at: ago(3e6),
        })),
        query,
      ),
  ],
  [
    "GET",
    /^\/stations\/.+\/messages$/,
    (_, query) => {
      const kinds = query.get("kind")?.split(",");
      return list(
        messages().filter((each) => !kinds || kinds.includes(each.kind)),
        query,
      );
    },
  ],
  ["GET", /^\/stations\/.+\/commands\/preview$/, () => ok({ sessions_affected: 1 })],
  ["GET", /^\/stations\/.+\/commands$/, (_, query) => list(commands, query)],
  [
    "POST",
    /^\/stations\/.+\/commands$/,
    (_, __, body) => {
      const done = {
        id: `c${commands.length}`,
        command: body.command,
        at: ago(0),
        state: "done",
        outcome: body.command === "unlock" ? "refused" : "accepted",
        status: body.command === "unlock" ? "UnlockFailed" : "Accepted",
        answer: body.command === "unlock" ? '{"status":"UnlockFailed"}' : '{"status":"Accepted"}',
        detail:
          body.command === "unlock" ? "The charger could not release the plug." : "The charger accepted.",
        took_ms: 184,
        by: "Mia Petersen",
      };
      commands.unshift(done);
      return ok(done);
    },
  ],
  [
    "POST",
    /^\/stations\/.+\/calls$/,
    () => ok({ outcome: "answered", answer: { status: "Accepted" }, status: "Accepted", took_ms: 91 }),
  ],
  ["GET", /^\/unknown-stations$/, (_, query) => list(unknown, query)],
  ["POST", /^\/unknown-stations\/.+\/adopt$/, () => ok({ ...stations[0], password: "kT9vQm2xW4pR7sZd" })],
  ["DELETE", /^\/unknown-stations\/(.+)$/, () => ({ status: 204 })],
  [
    "GET",
    /^\/sessions$/,
    (_, query) => {
      const status = query.get("status");
      const station = query.get("station_id");
      return list(
        sessions.filter(
          (each) =>
            (!status || (status === "review" ? each.needs_review : each.status === status)) &&
            (!station || each.station_id === station) &&
            (!query.get("site_id") || each.site_id === query.get("site_id")),
        ),
        query,
      );
    },
  ],
  ["GET", /^\/sessions\/([^/]+)$/, ([, id]) => one(sessionOf(id))],
  ["GET", /^\/sessions\/([^/]+)\/readings$/, ([, id]) => readings(sessionOf(id))],
  [
    "POST",
    /^\/sessions\/([^/]+)\/(close|review)$/,
    ([, id]) => one(Object.assign(sessionOf(id) ?? {}, { needs_review: false })),
  ],
  ["GET", /^\/id-tokens$/, (_, query) => list(tokens, query)],
  ["POST", /^\/id-tokens$/, (_, __, body) => ok({ ...tokens[0], ...body })],
  [
    "PATCH",
    /^\/id-tokens\/(.+)$/,
    ([, id], _, body) => one(Object.assign(tokens.find((each) => each.id === id) ?? {}, body)),
  ],
  ["DELETE", /^\/id-tokens\/(.+)$/, () => ({ status: 204 })],
  ["GET", /^\/api-keys$/, (_, query) => list(apiKeys, query)],
  [
    "POST",
    /^\/api-keys$/,
    (_, __, body) => ok({ ...apiKeys[0], ...body, key: "fc_3Hd9_6pXwRk2nV8sLqT4yBz7mCj" }),
  ],
  ["DELETE", /^\/api-keys\/(.+)$/, () => ({ status: 204 })],
];

function events(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("event: hello\ndata: {}\n\n");
  const timer = setInterval(() => {
    for (const each of sessions) {
      if (each.status === "active") each.energy_wh += Math.floor((each.power_w ?? 0) / 720);
    }
    const of = sessions.find((each) => each.status === "active");
    const event = {
      id: Date.now(),
      at: ago(0),
      organisation: "org-1",
      site: of?.site_id,
      station: of?.station_id,
      type: "session",
      session: of?.id,
    };
    response.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
  }, 5_000);
  response.on("close", () => clearInterval(timer));
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

async function handle(request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> {
  const url = new URL(request.url ?? "/", "http://mock");
  if (!url.pathname.startsWith("/api/v1")) return next();
  const path = url.pathname.slice("/api/v1".length);
  if (path === "/events") return events(response);
  const body = await bodyOf(request);
  for (const [method, pattern, handler] of routes) {
    const found = request.method === method ? path.match(pattern) : null;
    if (!found) continue;
    const answer = handler(found, url.searchParams, body);
    response.writeHead(answer.status, {
      "content-type": answer.status >= 400 ? "application/problem+json" : "application/json",
    });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
    return;
  }
  response.writeHead(404, { "content-type": "application/problem+json" });
  response.end(
    JSON.stringify({ title: `the stand-in does not know ${request.method} ${path}`, status: 404 }),
  );
}

/** The policy of the real server, so that a breach shows while drawing. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";

export function mockServer(): Plugin {
  return {
    name: "forecourt-mock",
    configureServer: (server) =>
      void server.middlewares.use((request, response, next) => void handle(request, response, next)),
    configurePreviewServer: (server) =>
      void server.middlewares.use((request, response, next) => {
        response.setHeader("content-security-policy", POLICY);
        void handle(request, response, next);
      }),
  };
}
