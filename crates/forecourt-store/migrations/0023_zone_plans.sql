-- Zones whose chargers follow a plan: what it is made by.
CREATE TABLE zone_plan (
  zone_id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  enabled BOOLEAN NOT NULL,
  -- price or carbon
  aim TEXT NOT NULL,
  price_profile_id BIGINT NOT NULL,
  -- Millionths of the currency per kilogram of carbon dioxide; 0: it does not count.
  carbon_price BIGINT NOT NULL,
  -- Millionths of the currency per kilowatt of the month's highest draw; 0: nobody asks for it.
  peak_price BIGINT NOT NULL,
  -- Of a car that says nothing.
  stay_min BIGINT NOT NULL,
  energy_wh BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- What a zone's own sunshine is expected to give.
CREATE TABLE solar_forecast (
  zone_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  power_w BIGINT NOT NULL,
  PRIMARY KEY (zone_id, at)
) /* clustered */;
