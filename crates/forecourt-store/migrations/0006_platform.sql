-- What the whole application shares: saved views, faults, issues, alerts, webhooks.

-- A list as somebody likes to see it: filters, order and columns as they stand in the address.
CREATE TABLE saved_view (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- NULL: made by a program, so it belongs to all.
  operator_id BIGINT,
  page TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  shared BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX saved_view_page ON saved_view (organisation_id, page, name);

-- Something is wrong with a station, from the first report to its end. The same code while open raises the counter (C42).
CREATE TABLE fault (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  -- 0: the station as a whole.
  evse BIGINT NOT NULL,
  connector BIGINT NOT NULL,
  cause TEXT NOT NULL,
  severity BIGINT NOT NULL,
  code TEXT NOT NULL,
  vendor_code TEXT NOT NULL,
  info TEXT,
  opened_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  count BIGINT NOT NULL,
  solved_at BIGINT,
  -- NULL: the station itself reported recovery.
  solved_by TEXT,
  note TEXT
);
CREATE UNIQUE INDEX fault_open_once ON fault (station_id, evse, connector, code, vendor_code) WHERE solved_at IS NULL;
CREATE INDEX fault_open ON fault (organisation_id, id) WHERE solved_at IS NULL;
CREATE INDEX fault_organisation ON fault (organisation_id, id);
CREATE INDEX fault_station ON fault (station_id, id);

CREATE TABLE issue (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- As people name it; counted by organisation.
  number BIGINT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL,
  priority BIGINT NOT NULL,
  site_id BIGINT,
  station_id BIGINT,
  fault_id BIGINT,
  assignee_id BIGINT,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  closed_at BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX issue_number ON issue (organisation_id, number);
CREATE INDEX issue_open ON issue (organisation_id, id) WHERE closed_at IS NULL;
CREATE INDEX issue_station ON issue (station_id, id);

-- What was said about an issue and what was changed, in order.
CREATE TABLE issue_entry (
  id BIGINT PRIMARY KEY,
  issue_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  author TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX issue_entry_issue ON issue_entry (issue_id, id);

-- What somebody may want to be told: read by alerts and webhooks in order of ids, then forgotten after some weeks.
CREATE TABLE happening (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  site_id BIGINT,
  station_id BIGINT,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  severity BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX happening_organisation ON happening (organisation_id, id);

CREATE TABLE alert_rule (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- Kinds of happenings, separated by spaces.
  kinds TEXT NOT NULL,
  site_id BIGINT,
  severity BIGINT NOT NULL,
  -- After a message, what else happens within this time is told in one.
  quiet_s BIGINT NOT NULL,
  -- Further addresses, separated by spaces, besides the operators who subscribed.
  addresses TEXT NOT NULL,
  webhook_id BIGINT,
  enabled BOOLEAN NOT NULL,
  seen_to BIGINT NOT NULL,
  quiet_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX alert_rule_organisation ON alert_rule (organisation_id, id);

CREATE TABLE alert_subscription (
  rule_id BIGINT NOT NULL,
  operator_id BIGINT NOT NULL,
  PRIMARY KEY (rule_id, operator_id)
) /* clustered */;

-- What was told to whom.
CREATE TABLE alert (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  rule_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  happenings BIGINT NOT NULL,
  subject TEXT NOT NULL,
  recipients TEXT NOT NULL
);
CREATE INDEX alert_organisation ON alert (organisation_id, id);

CREATE TABLE webhook (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  -- Sealed by the installation's key.
  secret TEXT NOT NULL,
  kinds TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  seen_to BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  failing_since BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX webhook_organisation ON webhook (organisation_id, id);

CREATE TABLE webhook_delivery (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  webhook_id BIGINT NOT NULL,
  happening_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT,
  delivered_at BIGINT,
  status BIGINT,
  error TEXT
);
CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook_id, id);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE next_at IS NOT NULL;
CREATE UNIQUE INDEX webhook_delivery_once ON webhook_delivery (webhook_id, happening_id);

-- What customers and operators see of an organisation.
ALTER TABLE organisation ADD COLUMN details TEXT;
ALTER TABLE organisation ADD COLUMN branding TEXT;
ALTER TABLE organisation ADD COLUMN packages TEXT;
-- The path or sub-domain of its login page.
ALTER TABLE organisation ADD COLUMN slug TEXT;
ALTER TABLE organisation ADD COLUMN logo TEXT;
ALTER TABLE organisation ADD COLUMN logo_type TEXT;
CREATE UNIQUE INDEX organisation_slug ON organisation (slug) WHERE slug IS NOT NULL;
