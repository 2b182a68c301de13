-- What stations tell about themselves, and what they are wanted to hold.

-- What values a variable may take (2.x VariableCharacteristics).
CREATE TABLE variable_kind (
  station_id BIGINT NOT NULL,
  component TEXT NOT NULL,
  component_instance TEXT NOT NULL,
  name TEXT NOT NULL,
  instance TEXT NOT NULL,
  data_type TEXT NOT NULL,
  unit TEXT,
  min_value TEXT,
  max_value TEXT,
  choices TEXT,
  supports_monitoring BOOLEAN NOT NULL,
  writeonly BOOLEAN NOT NULL,
  PRIMARY KEY (station_id, component, component_instance, name, instance)
) /* clustered */;

CREATE TABLE monitor (
  station_id BIGINT NOT NULL,
  monitor BIGINT NOT NULL,
  component TEXT NOT NULL,
  component_instance TEXT NOT NULL,
  name TEXT NOT NULL,
  instance TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  severity BIGINT NOT NULL,
  per_transaction BOOLEAN NOT NULL,
  origin TEXT,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (station_id, monitor)
) /* clustered */;

-- NotifyEvent. The key makes a repeated message harmless.
CREATE TABLE component_event (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  component TEXT NOT NULL,
  variable TEXT NOT NULL,
  evse BIGINT,
  connector BIGINT,
  value TEXT NOT NULL,
  cause TEXT NOT NULL,
  monitor BIGINT,
  severity BIGINT,
  tech_code TEXT,
  tech_info TEXT,
  cleared BOOLEAN NOT NULL,
  transaction_ref TEXT,
  -- A digest of everything the event says: a value may be longer than an index entry of PostgreSQL.
  mark BIGINT NOT NULL
);
CREATE UNIQUE INDEX component_event_once ON component_event (station_id, at, mark);
CREATE INDEX component_event_station ON component_event (station_id, id);

-- The newest of each thing a station keeps or tells that has no table of its own, as the station wrote it.
CREATE TABLE station_item (
  station_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  item_key TEXT NOT NULL,
  evse BIGINT,
  transaction_ref TEXT,
  request_id BIGINT,
  body TEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (station_id, kind, item_key)
) /* clustered */;

INSERT INTO counter (name, value) VALUES ('reservation', 0);
CREATE TABLE reservation (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  -- As the station knows it.
  number BIGINT NOT NULL,
  evse BIGINT,
  uid TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX reservation_number ON reservation (station_id, number);
CREATE INDEX reservation_organisation ON reservation (organisation_id, id);

-- A command for a station that is away waits until expires_at; wish is what will be asked then.
ALTER TABLE command ADD COLUMN expires_at BIGINT;
ALTER TABLE command ADD COLUMN wish TEXT;

CREATE TABLE configuration_template (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- Empty: any. A * at the end stands for the rest.
  vendor TEXT NOT NULL,
  model TEXT NOT NULL,
  firmware TEXT NOT NULL,
  -- 1.6 or 2 (2.0.1 and 2.1 share their variables).
  family TEXT NOT NULL,
  -- JSON: component, name, value.
  entries TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX configuration_template_organisation ON configuration_template (organisation_id, id);

-- The charge keys a station should know while it is offline.
CREATE TABLE local_list (
  station_id BIGINT PRIMARY KEY,
  enabled BOOLEAN NOT NULL,
  -- The newest version the station confirmed, and what it holds then (JSON).
  version BIGINT NOT NULL,
  entries TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT,
  changed_at BIGINT NOT NULL,
  -- Not tried again before this.
  retry_at BIGINT
);

-- Charging profiles a station should hold.
CREATE TABLE wanted_profile (
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  profile BIGINT NOT NULL,
  body TEXT NOT NULL,
  -- wanted, held, refused, leaving
  state TEXT NOT NULL,
  detail TEXT,
  changed_at BIGINT NOT NULL,
  retry_at BIGINT,
  PRIMARY KEY (station_id, evse, profile)
) /* clustered */;

CREATE TABLE firmware_campaign (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- JSON: what each station is told.
  update_request TEXT NOT NULL,
  target_version TEXT,
  -- canary, paused, running, stopped, done
  state TEXT NOT NULL,
  detail TEXT,
  canary BIGINT NOT NULL,
  parallel BIGINT NOT NULL,
  -- Failures after which nothing more is sent.
  stop_after BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX firmware_campaign_organisation ON firmware_campaign (organisation_id, id);
CREATE INDEX firmware_campaign_open ON firmware_campaign (id) WHERE state IN ('canary', 'running');

CREATE TABLE firmware_target (
  campaign_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  canary BOOLEAN NOT NULL,
  -- waiting, sent, installed, failed, skipped
  state TEXT NOT NULL,
  -- The station's own word.
  status TEXT,
  detail TEXT,
  request_id BIGINT,
  firmware_before TEXT,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (campaign_id, station_id)
) /* clustered */;
CREATE INDEX firmware_target_station ON firmware_target (station_id, state);
