-- One text for both engines. Two marks are read by migrate.rs: on SQLite, "BIGINT PRIMARY KEY" becomes
-- "INTEGER PRIMARY KEY" (the row's own number, no second tree) and "/* clustered */" becomes "WITHOUT ROWID".
-- Times are milliseconds since 1970 in UTC, energy Wh, power W. Ids are made by us and rise with time.

CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE counter (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO counter (name, value) VALUES ('organisation', 0), ('transaction', 0);

CREATE TABLE organisation (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  waiting_room BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE operator (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX operator_organisation ON operator (organisation_id);

CREATE TABLE login (
  token_hash TEXT NOT NULL PRIMARY KEY,
  operator_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
) /* clustered */;
CREATE INDEX login_operator ON login (operator_id);

CREATE TABLE api_key (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT,
  revoked_at BIGINT
);
CREATE INDEX api_key_organisation ON api_key (organisation_id, id);

CREATE TABLE idempotency (
  organisation_id BIGINT NOT NULL,
  key_hash TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status BIGINT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, key_hash)
) /* clustered */;

CREATE TABLE site (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  address TEXT,
  city TEXT,
  country TEXT,
  latitude_e6 BIGINT,
  longitude_e6 BIGINT,
  time_zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  kind TEXT NOT NULL,
  free_charging BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX site_organisation ON site (organisation_id, name);

CREATE TABLE station (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  identity TEXT NOT NULL,
  name TEXT,
  vendor TEXT,
  model TEXT,
  serial TEXT,
  firmware TEXT,
  iccid TEXT,
  imsi TEXT,
  protocol TEXT,
  registration TEXT NOT NULL,
  security_profile BIGINT NOT NULL,
  password_hash TEXT,
  -- Raised at each accepted connection; a write under an older number is refused.
  connection BIGINT NOT NULL,
  online_since BIGINT,
  offline_since BIGINT,
  last_seen_at BIGINT,
  address TEXT,
  booted_at BIGINT,
  boot_reason TEXT,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX station_identity ON station (organisation_id, identity) WHERE deleted_at IS NULL;
CREATE INDEX station_by_identity ON station (identity) WHERE deleted_at IS NULL;
CREATE INDEX station_site ON station (site_id) WHERE deleted_at IS NULL;

CREATE TABLE evse (
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  max_power_w BIGINT,
  current_kind TEXT,
  PRIMARY KEY (station_id, evse)
) /* clustered */;

CREATE TABLE connector (
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  connector BIGINT NOT NULL,
  kind TEXT,
  -- As the station said, and as screens show it (a 2.x Occupied with a session says more).
  reported TEXT NOT NULL,
  status TEXT NOT NULL,
  since BIGINT NOT NULL,
  reported_at BIGINT,
  error_code TEXT,
  vendor_error_code TEXT,
  info TEXT,
  PRIMARY KEY (station_id, evse, connector)
) /* clustered */;

CREATE TABLE unknown_station (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  identity TEXT NOT NULL,
  path TEXT NOT NULL,
  address TEXT NOT NULL,
  subprotocols TEXT NOT NULL,
  user_agent TEXT,
  reason TEXT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL
);
CREATE UNIQUE INDEX unknown_station_identity ON unknown_station (organisation_id, identity, reason);

CREATE TABLE id_token (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  uid TEXT NOT NULL,
  -- Upper case: OCPP tokens are compared without regard to case.
  uid_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  alias TEXT,
  status TEXT NOT NULL,
  expires_at BIGINT,
  group_name TEXT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX id_token_uid ON id_token (organisation_id, uid_key);

CREATE TABLE session (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  connector BIGINT,
  transaction_ref TEXT NOT NULL,
  id_token TEXT,
  started_at BIGINT NOT NULL,
  start_key TEXT,
  ended_at BIGINT,
  ended_by TEXT,
  charging_state TEXT,
  power_w BIGINT,
  soc_permille BIGINT,
  energy_wh BIGINT NOT NULL,
  energy_source TEXT NOT NULL,
  meter TEXT NOT NULL,
  flags BIGINT NOT NULL,
  needs_review BOOLEAN NOT NULL,
  last_heard_at BIGINT NOT NULL,
  stop_reason TEXT,
  -- id_token in upper case: the way to the charge key.
  token_key TEXT
);
CREATE INDEX session_started ON session (organisation_id, started_at, id);
CREATE INDEX session_station ON session (station_id, started_at, id);
CREATE INDEX session_reference ON session (transaction_ref, station_id);
CREATE INDEX session_site ON session (site_id, started_at, id);
CREATE INDEX session_token ON session (organisation_id, token_key, started_at, id);
-- Only of ended sessions: the energy of a running one changes with each reading.
CREATE INDEX session_energy ON session (organisation_id, energy_wh, id) WHERE ended_at IS NOT NULL;
CREATE INDEX session_active ON session (organisation_id, started_at, id) WHERE ended_at IS NULL;
CREATE INDEX session_review ON session (organisation_id, started_at, id) WHERE needs_review;

CREATE TABLE reading (
  session_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  context BIGINT NOT NULL,
  register_wh BIGINT,
  power_w BIGINT,
  current_ma BIGINT,
  voltage_mv BIGINT,
  soc_permille BIGINT,
  extra TEXT,
  PRIMARY KEY (session_id, at, context)
) /* clustered */;

-- A call and its answer are one row: both are known when the row is written.
CREATE TABLE message (
  id BIGINT PRIMARY KEY,
  station_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  direction BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  action TEXT NOT NULL,
  message_id TEXT NOT NULL,
  request TEXT NOT NULL,
  response TEXT,
  outcome BIGINT NOT NULL,
  error_code TEXT,
  took_us BIGINT
);
CREATE INDEX message_station ON message (station_id, id);

CREATE TABLE command (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  command TEXT NOT NULL,
  request TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  done_at BIGINT,
  outcome TEXT,
  status TEXT,
  answer TEXT,
  detail TEXT
);
CREATE INDEX command_station ON command (station_id, id);
CREATE INDEX command_open ON command (id) WHERE done_at IS NULL;

CREATE TABLE deviation (
  station_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  seen TEXT NOT NULL,
  count BIGINT NOT NULL,
  first_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (station_id, kind, path)
) /* clustered */;

CREATE TABLE variable (
  station_id BIGINT NOT NULL,
  component TEXT NOT NULL,
  component_instance TEXT NOT NULL,
  name TEXT NOT NULL,
  instance TEXT NOT NULL,
  attribute TEXT NOT NULL,
  value TEXT,
  readonly BOOLEAN NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (station_id, component, component_instance, name, instance, attribute)
) /* clustered */;

CREATE TABLE security_event (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  info TEXT
);
CREATE INDEX security_event_station ON security_event (station_id, id);

-- Sums by local day of the site. Scope: organisation, site or station; evse is 0 for the first two.
CREATE TABLE rollup_day (
  scope BIGINT NOT NULL,
  scope_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  day BIGINT NOT NULL,
  energy_wh BIGINT NOT NULL,
  sessions BIGINT NOT NULL,
  occupied_s BIGINT NOT NULL,
  PRIMARY KEY (scope, scope_id, day, evse)
) /* clustered */;

-- The same by UTC hour, for recent weeks.
CREATE TABLE rollup_hour (
  scope BIGINT NOT NULL,
  scope_id BIGINT NOT NULL,
  hour BIGINT NOT NULL,
  energy_wh BIGINT NOT NULL,
  PRIMARY KEY (scope, scope_id, hour)
) /* clustered */;
CREATE INDEX rollup_hour_age ON rollup_hour (hour);
