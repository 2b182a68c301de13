-- Load balancing: circuits with a limit, which chargers hang on them, what their meters said, which models obey.

CREATE TABLE zone (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  -- The circuit it hangs on, at the same site.
  parent_id BIGINT,
  name TEXT NOT NULL,
  -- The utility's number of its meter.
  meter_number TEXT,
  -- As it was entered, in watts over all phases; NULL: entered in amperes.
  capacity_w BIGINT,
  -- Milliamperes on each phase.
  capacity_l1 BIGINT NOT NULL,
  capacity_l2 BIGINT NOT NULL,
  capacity_l3 BIGINT NOT NULL,
  -- Millivolts between phase and neutral.
  voltage BIGINT NOT NULL,
  -- Thousandths held back.
  buffer BIGINT NOT NULL,
  least_session_w BIGINT NOT NULL,
  -- static, dynamic or sequential
  distribution TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX zone_name ON zone (site_id, name);
CREATE INDEX zone_organisation ON zone (organisation_id, id);
CREATE INDEX zone_parent ON zone (parent_id) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX zone_meter_number ON zone (organisation_id, meter_number) WHERE meter_number IS NOT NULL;

-- A charger hangs on one circuit.
CREATE TABLE zone_station (
  station_id BIGINT PRIMARY KEY,
  zone_id BIGINT NOT NULL,
  -- 1 or 3 conductors.
  phases BIGINT NOT NULL,
  -- RST, STR, …; NULL: not known.
  rotation TEXT,
  -- Higher goes first.
  priority BIGINT NOT NULL
);
CREATE INDEX zone_station_zone ON zone_station (zone_id);

-- What the meter of a zone said last.
CREATE TABLE zone_load (
  zone_id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  l1 BIGINT NOT NULL,
  l2 BIGINT NOT NULL,
  l3 BIGINT NOT NULL,
  -- Whether the chargers flow through that meter too.
  with_chargers BOOLEAN NOT NULL,
  source TEXT NOT NULL
);

-- One row a minute of a zone that is on; currents of the fullest phase, in milliamperes.
CREATE TABLE zone_minute (
  zone_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  capacity BIGINT NOT NULL,
  load BIGINT NOT NULL,
  given BIGINT NOT NULL,
  drawn BIGINT NOT NULL,
  PRIMARY KEY (zone_id, at)
) /* clustered */;

-- What the platform says of a model, for itself and all branches below it; firmware '' stands for every version.
CREATE TABLE smart_charging_verdict (
  organisation_id BIGINT NOT NULL,
  vendor TEXT NOT NULL,
  model TEXT NOT NULL,
  firmware TEXT NOT NULL,
  -- tested or unfit
  verdict TEXT NOT NULL,
  said_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, vendor, model, firmware)
) /* clustered */;
