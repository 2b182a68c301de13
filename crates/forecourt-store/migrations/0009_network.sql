-- Sites and stations in full: hours, contacts, images, documents, notes, bulk work, attempts to connect.

ALTER TABLE site ADD COLUMN postal_code TEXT;
-- Shown to drivers and in what is published.
ALTER TABLE site ADD COLUMN visible BOOLEAN NOT NULL DEFAULT TRUE;
-- When it is open, and whom drivers ask: JSON of the domain's own types.
ALTER TABLE site ADD COLUMN opening_hours TEXT;
ALTER TABLE site ADD COLUMN support TEXT;
-- The stored file of its picture.
ALTER TABLE site ADD COLUMN image_id BIGINT;
ALTER TABLE site ADD COLUMN deleted_at BIGINT;

-- Whom drivers ask where a site names nobody.
CREATE TABLE default_support (
  organisation_id BIGINT PRIMARY KEY,
  support TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- commercial or home; a home charger belongs to a person.
ALTER TABLE station ADD COLUMN used_as TEXT NOT NULL DEFAULT 'commercial';
ALTER TABLE station ADD COLUMN owner_email TEXT;
CREATE INDEX station_used_as ON station (organisation_id, used_as, identity) WHERE deleted_at IS NULL;

-- What we keep out of use, whatever the station says. EVSE 0 is the whole station; cause: operator or bay.
CREATE TABLE out_of_use (
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  cause TEXT NOT NULL,
  since BIGINT NOT NULL,
  set_by TEXT NOT NULL,
  note TEXT,
  PRIMARY KEY (station_id, evse, cause)
) /* clustered */;

-- What a station did, in the order it happened: written with the message that told it.
CREATE TABLE chronicle (
  id BIGINT PRIMARY KEY,
  station_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  evse BIGINT,
  connector BIGINT,
  session_id BIGINT,
  detail TEXT
);
CREATE INDEX chronicle_station ON chronicle (station_id, id);

-- Refused handshakes of stations that are known; strangers are in unknown_station.
CREATE TABLE attempt (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  path TEXT NOT NULL,
  address TEXT NOT NULL,
  subprotocols TEXT NOT NULL,
  user_agent TEXT,
  encrypted BOOLEAN NOT NULL
);
CREATE INDEX attempt_station ON attempt (station_id, id);

-- Subject: site or station.
CREATE TABLE note (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  subject TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  text TEXT NOT NULL,
  written_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  edited_at BIGINT
);
CREATE INDEX note_subject ON note (subject, subject_id, id);

-- Its content is a file in the data folder, under its number.
CREATE TABLE document (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- site, station, or site_image.
  subject TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  added_by TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX document_subject ON document (subject, subject_id, id);

-- One command for many stations.
CREATE TABLE bulk_job (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  command TEXT NOT NULL,
  request TEXT NOT NULL,
  -- The commands themselves, until everything is sent.
  wish TEXT,
  at_once BIGINT NOT NULL,
  state TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT
);
CREATE INDEX bulk_job_organisation ON bulk_job (organisation_id, id);
CREATE INDEX bulk_job_open ON bulk_job (id) WHERE done_at IS NULL;

CREATE TABLE bulk_target (
  job_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  -- waiting, sent or done.
  state TEXT NOT NULL,
  outcome TEXT,
  status TEXT,
  answer TEXT,
  detail TEXT,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (job_id, station_id)
) /* clustered */;
