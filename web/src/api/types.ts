// The nouns of the API as the screens use them. Shapes only: nothing here fetches, formats or decides.

/** A moment, RFC 3339 in UTC. */
export type Instant = string;

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Role = "admin" | "operator" | "support" | "maintenance";

export interface Organisation {
  id: string;
  number: number | string;
  name: string;
  currency: string;
  time_zone: string;
  waiting_room: boolean;
}

export interface SignedIn {
  state: "signed_in";
  operator: { id: string; email: string; name: string; role: Role };
  organisation: Organisation;
  organisations: { id: string; number: number | string; name: string }[];
  version: string;
  demo: boolean;
}

export interface SignedOut {
  state: "signed_out";
  demo?: { email: string; password: string } | null;
}

export interface NotSetUp {
  state: "set_up";
}

export type Login = SignedIn | SignedOut | NotSetUp;

export interface AttentionItem {
  kind: "faulted" | "offline" | "unknown_station" | "review" | "storage" | string;
  station_id?: string | null;
  text: string;
  since: Instant;
}

export interface Overview {
  at: Instant;
  stations: { total: number; online: number; offline: number; never_connected: number; faulted: number };
  connectors: { total: number; by_status: Record<string, number> };
  sessions: { active: number; power_w: number; today: number; needs_review: number };
  energy_today_wh: number;
  energy_days: { day: string; energy_wh: number; sessions: number }[];
  energy_hours: { hour: Instant; energy_wh: number }[];
  time_zone: string;
  recent_sessions: Session[];
  attention: AttentionItem[];
  storage: { ok: boolean; problem: string | null };
}

export type SiteKind = "public" | "semi_public" | "private";

export interface Site {
  id: string;
  name: string;
  address: string | null;
  city: string | null;
  country: string | null;
  latitude: number | null;
  longitude: number | null;
  time_zone: string;
  currency: string;
  kind: SiteKind;
  free_charging: boolean;
  stations: number;
  online: number;
  connectors: number;
  charging: number;
  created_at: Instant;
}

export interface Connector {
  connector: number;
  kind: string | null;
  status: string;
  status_since: Instant | null;
  error_code: string | null;
  vendor_error_code: string | null;
  info: string | null;
}

export interface Evse {
  evse: number;
  max_power_w: number | null;
  current: "ac" | "dc" | null;
  session_id: string | null;
  connectors: Connector[];
}

export type Registration = "accepted" | "pending" | "rejected";
export type SecurityProfile = 0 | 1 | 2 | 3;

export interface Station {
  id: string;
  identity: string;
  name: string | null;
  site_id: string;
  site_name: string;
  vendor: string | null;
  model: string | null;
  serial: string | null;
  firmware: string | null;
  iccid: string | null;
  imsi: string | null;
  protocol: string | null;
  registration: Registration;
  security_profile: SecurityProfile;
  online: boolean;
  online_since: Instant | null;
  last_seen_at: Instant | null;
  address: string | null;
  booted_at: Instant | null;
  deviations: number;
  evses: Evse[];
  sessions_30d: number;
  energy_30d_wh: number;
  created_at: Instant;
  connection_urls: string[];
}

/** What creating a station returns: the password is shown this once. */
export type NewStation = Station & { password?: string | null };

export interface Deviation {
  kind: string;
  path: string;
  seen: string;
  count: number;
  first_at: Instant;
  last_at: Instant;
}

export interface Variable {
  component: string | null;
  component_instance: string | null;
  name: string;
  instance: string | null;
  attribute: string | null;
  value: string | null;
  readonly: boolean | null;
  seen_at: Instant;
}

export type MessageKind =
  | "boot"
  | "status"
  | "authorisation"
  | "heartbeat"
  | "meter"
  | "transaction"
  | "profile"
  | "firmware"
  | "other";

export interface Message {
  id: string;
  at: Instant;
  direction: "received" | "sent";
  kind: MessageKind;
  action: string;
  message_id: string;
  request: string;
  response: string | null;
  outcome: "ok" | "error" | "no_answer" | "bad" | "repeat";
  error_code: string | null;
  took_ms: number | null;
  summary: string;
}

export type CommandOutcome = "accepted" | "refused" | "error" | "offline" | "timeout" | "impossible" | "busy";

export interface Command {
  id: string;
  command: string;
  at: Instant;
  state: "sent" | "done";
  outcome: CommandOutcome | null;
  status: string | null;
  answer: string | null;
  detail: string;
  took_ms: number | null;
  by?: string | null;
}

export type CommandRequest =
  | { command: "start_session"; evse?: number; id_token: string }
  | { command: "stop_session"; session_id: string }
  | { command: "reset"; kind: "soft" | "hard"; evse?: number }
  | { command: "unlock"; evse: number; connector?: number }
  | { command: "set_availability"; operative: boolean; evse?: number; connector?: number }
  | { command: "read_variables"; variables?: { component?: string; name: string }[] }
  | { command: "write_variable"; component?: string; name: string; value: string }
  | { command: "read_inventory" }
  | { command: "trigger"; message: string; evse?: number }
  | { command: "clear_cache" }
  | { command: "data_transfer"; vendor: string; message?: string; data?: string };

export interface RawAnswer {
  outcome: "answered" | "error" | "offline" | "timeout" | "busy";
  answer: unknown;
  status: string | null;
  took_ms: number | null;
}

export interface UnknownStation {
  id: string;
  identity: string;
  organisation_number: number | string | null;
  path: string;
  address: string;
  subprotocols: string[];
  user_agent: string | null;
  reason: string;
  first_at: Instant;
  last_at: Instant;
  attempts: number;
}

export type EnergySource = "register" | "start_stop" | "phase_sum" | "inlet" | "interval" | "none";

export interface Session {
  id: string;
  station_id: string;
  station_identity: string;
  station_name: string | null;
  site_id: string;
  site_name: string;
  site_time_zone: string;
  evse: number;
  connector: number | null;
  transaction_ref: string;
  id_token: string | null;
  id_token_alias: string | null;
  status: "active" | "ended";
  charging_state: string | null;
  started_at: Instant;
  ended_at: Instant | null;
  duration_s: number;
  energy_wh: number;
  energy_source: EnergySource;
  energy_note: string;
  power_w: number | null;
  soc_percent: number | null;
  meter_start_wh: number | null;
  meter_end_wh: number | null;
  stop_reason: string | null;
  ended_by: "station" | "reconciler" | "operator" | "superseded" | null;
  flags: string[];
  needs_review: boolean;
  cost: { amount: string; currency: string } | null;
}

export interface Reading {
  at: Instant;
  context: string | null;
  register_wh: number | null;
  power_w: number | null;
  current_ma: number | null;
  voltage_mv: number | null;
  soc_percent: number | null;
  extra: unknown[];
}

export interface IdToken {
  id: string;
  uid: string;
  kind: string;
  alias: string | null;
  status: "accepted" | "blocked";
  expires_at: Instant | null;
  group: string | null;
  last_used_at: Instant | null;
  created_at: Instant;
}

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  created_at: Instant;
  last_used_at: Instant | null;
  expires_at: Instant | null;
  revoked_at: Instant | null;
}

/** What creating a key returns: the key is shown this once. */
export type NewApiKey = ApiKey & { key: string };

export interface LiveEvent {
  id: string;
  at: Instant;
  organisation: string;
  site: string | null;
  station: string | null;
  type:
    | "connection"
    | "station"
    | "session"
    | "site"
    | "id_token"
    | "message"
    | "command"
    | "unknown_station"
    | "security"
    | "organisation";
  online?: boolean;
  session?: string;
  command?: string;
  kind?: string;
}
