-- Certificates, security events with a severity, passwords and profiles on their way, uploads of logs.

ALTER TABLE security_event ADD COLUMN severity TEXT NOT NULL DEFAULT 'medium';
-- When the station says it happened: it may have been offline.
ALTER TABLE security_event ADD COLUMN happened_at BIGINT;
CREATE INDEX security_event_organisation ON security_event (organisation_id, id);

-- A password that was sent and has not been seen to work yet: as good as the old one until then.
ALTER TABLE station ADD COLUMN next_password_hash TEXT;
-- A profile the station was asked to rise to and has not yet connected with.
ALTER TABLE station ADD COLUMN next_security_profile BIGINT;

-- Who signs the certificates of an organisation's stations. Texts named sealed_ are encrypted.
CREATE TABLE certificate_authority (
  organisation_id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  url TEXT,
  sealed_token TEXT,
  root_certificate_id BIGINT,
  sealed_key TEXT,
  valid_days BIGINT NOT NULL,
  renew_days BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE certificate (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- Of a station's own certificate.
  station_id BIGINT,
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT,
  serial TEXT NOT NULL,
  subject TEXT NOT NULL,
  issuer TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  not_before BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  pem TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  revoked_at BIGINT,
  -- Days before the end at which somebody was last warned.
  warned_days BIGINT
);
CREATE UNIQUE INDEX certificate_fingerprint ON certificate (organisation_id, fingerprint, kind);
CREATE INDEX certificate_expiry ON certificate (organisation_id, not_after, id);
CREATE INDEX certificate_station ON certificate (station_id, id);

-- What stations asked to have signed. At most one open request of a station and kind.
CREATE TABLE certificate_request (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  csr TEXT NOT NULL,
  request_id BIGINT,
  state TEXT NOT NULL,
  detail TEXT,
  certificate_id BIGINT,
  -- Number of the connection on which the certificate was last sent.
  sent_on BIGINT,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX certificate_request_station ON certificate_request (station_id, id);
CREATE INDEX certificate_request_open ON certificate_request (id) WHERE state IN ('waiting', 'signed');

-- What a station said it trusts, and what we installed there.
CREATE TABLE installed_certificate (
  station_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  serial TEXT NOT NULL,
  issuer_name_hash TEXT NOT NULL,
  issuer_key_hash TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  certificate_id BIGINT,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (station_id, kind, serial, issuer_key_hash)
) /* clustered */;

CREATE TABLE password_rotation (
  station_id BIGINT PRIMARY KEY,
  state TEXT NOT NULL,
  detail TEXT,
  asked_by TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE security_upgrade (
  station_id BIGINT PRIMARY KEY,
  profile BIGINT NOT NULL,
  state TEXT NOT NULL,
  -- JSON: the steps with their states.
  steps TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TABLE log_upload (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT,
  token_hash TEXT NOT NULL UNIQUE,
  request_id BIGINT NOT NULL,
  from_at BIGINT,
  to_at BIGINT,
  file_name TEXT,
  bytes BIGINT,
  asked_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX log_upload_station ON log_upload (station_id, id);
CREATE INDEX log_upload_age ON log_upload (created_at);
