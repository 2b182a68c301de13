-- Electricity: what the market asks, how a price at home comes about, whose home a charger is at, what charging cost there.

CREATE TABLE spot_price (
  -- 0: of the public feed, for everybody; else what an organisation brought itself.
  organisation_id BIGINT NOT NULL,
  zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  -- Millionths of the currency per kilowatt-hour.
  price BIGINT NOT NULL,
  -- feed, file or demo
  source TEXT NOT NULL,
  PRIMARY KEY (organisation_id, zone, currency, at)
) /* clustered */;

-- Zones whose prices an organisation follows.
CREATE TABLE spot_zone (
  organisation_id BIGINT NOT NULL,
  zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, zone, currency)
) /* clustered */;

-- How reading the public feed went.
CREATE TABLE spot_feed (
  zone TEXT NOT NULL PRIMARY KEY,
  asked_at BIGINT NOT NULL,
  read_at BIGINT,
  -- Why it could not be read the last time; NULL: it was.
  problem TEXT
);

CREATE TABLE price_profile (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- Price zone and currency of the market: DK1, DKK.
  zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  -- JSON of the domain's own type: VAT and components.
  content TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX price_profile_name ON price_profile (organisation_id, name);

-- A charger at somebody's home, beside what every station has.
CREATE TABLE home_charger (
  station_id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- NULL: that of its owner, if there is one.
  profile_id BIGINT,
  -- Who was asked to claim it; the code's digest only. It works once.
  invited_name TEXT,
  invited_email TEXT,
  invited_language TEXT,
  invited_at BIGINT,
  code_digest TEXT,
  code_expires_at BIGINT
);
CREATE INDEX home_charger_profile ON home_charger (profile_id) WHERE profile_id IS NOT NULL;
CREATE UNIQUE INDEX home_charger_code ON home_charger (code_digest) WHERE code_digest IS NOT NULL;

-- The profile of everything an owner has at home.
CREATE TABLE home_price (
  driver_id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  profile_id BIGINT NOT NULL
);
CREATE INDEX home_price_profile ON home_price (profile_id);

-- Whose a home charger was, and when: a session stays with the owner it began under.
CREATE TABLE home_owner (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  -- NULL: still.
  to_at BIGINT,
  claimed_at BIGINT
);
CREATE UNIQUE INDEX home_owner_open ON home_owner (station_id) WHERE to_at IS NULL;
CREATE INDEX home_owner_driver ON home_owner (driver_id, from_at);

-- What a session at home cost its owner, kept as it was worked out.
CREATE TABLE home_cost (
  session_id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  profile_id BIGINT NOT NULL,
  profile_name TEXT NOT NULL,
  zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  -- Of the session, and how much of it no price is known for.
  energy_wh BIGINT NOT NULL,
  unpriced_wh BIGINT NOT NULL,
  -- In the currency's smallest unit.
  amount BIGINT NOT NULL,
  -- JSON: energy and price by stretch of time.
  parts TEXT NOT NULL,
  worked_out_at BIGINT NOT NULL
);
