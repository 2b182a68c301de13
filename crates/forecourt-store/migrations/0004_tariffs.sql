-- What charging costs, and what each session cost.

CREATE TABLE tariff (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  -- Sessions keep naming a tariff that is gone.
  deleted_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX tariff_organisation ON tariff (organisation_id, name, id);

CREATE TABLE tariff_version (
  id BIGINT PRIMARY KEY,
  tariff_id BIGINT NOT NULL,
  -- For sessions that start then or later.
  valid_from BIGINT NOT NULL,
  -- JSON of the rules.
  rules TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tariff_version_from ON tariff_version (tariff_id, valid_from);

ALTER TABLE site ADD COLUMN tariff_id BIGINT;
CREATE INDEX site_tariff ON site (tariff_id);

-- Written when a session with a price starts, filled when it ends. A session without a row has no price.
CREATE TABLE session_price (
  session_id BIGINT PRIMARY KEY,
  tariff_version_id BIGINT NOT NULL,
  currency TEXT NOT NULL,
  -- With VAT, in the currency's smallest unit; null while the session runs.
  cost BIGINT,
  -- JSON.
  receipt TEXT,
  priced_at BIGINT
);

-- From then on the car was in this state; only of sessions with a price.
CREATE TABLE session_state (
  session_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (session_id, at)
) /* clustered */;
