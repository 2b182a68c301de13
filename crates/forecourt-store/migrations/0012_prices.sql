-- What charging costs at single chargers, what a blocked plug costs, who may charge where, and what was decided about a
-- session at its start.

-- Instead of the site's tariff. EVSE 0 is every plug of the charger.
CREATE TABLE station_tariff (
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  tariff_id BIGINT,
  -- The one that is published for it.
  public_tariff_id BIGINT,
  PRIMARY KEY (station_id, evse)
) /* clustered */;

CREATE TABLE idle_fee (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  -- JSON.
  rules TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX idle_fee_organisation ON idle_fee (organisation_id, name, id);

CREATE TABLE site_idle_fee (
  site_id BIGINT PRIMARY KEY,
  idle_fee_id BIGINT NOT NULL
);

CREATE TABLE access_profile (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- In lower case: names are unique in an organisation.
  name_key TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  -- JSON: places, people, times, tariff, idle fee.
  rules TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX access_profile_name ON access_profile (organisation_id, name_key) WHERE deleted_at IS NULL;

-- Which charge keys may start sessions that cost something.
CREATE TABLE key_payment (
  organisation_id BIGINT PRIMARY KEY,
  policy TEXT NOT NULL
);

-- Written when a session starts that has more to say than its site's tariff.
CREATE TABLE session_terms (
  session_id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  access_profile_id BIGINT,
  tariff_version_id BIGINT,
  driver_id BIGINT,
  team_id BIGINT,
  idle_fee_id BIGINT,
  -- JSON: why this price.
  reasons TEXT NOT NULL,
  -- JSON: what a member pays less.
  discount TEXT,
  -- JSON: the fee's rules as they were, and what has come of them.
  idle TEXT,
  -- A fee may still be added: what it costs is not final.
  idle_open BOOLEAN NOT NULL,
  decided_at BIGINT NOT NULL
);
CREATE INDEX session_terms_idle ON session_terms (session_id) WHERE idle_open;
CREATE INDEX session_terms_driver ON session_terms (organisation_id, driver_id, session_id);
