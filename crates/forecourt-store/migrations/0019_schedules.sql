-- When how much may be charged: weekly hours of a place, charging by price at home, and what became of single sessions.

-- Of a site, a charger or one EVSE: the narrower goes before the wider.
CREATE TABLE charging_hours (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  -- 0: every charger of the site.
  station_id BIGINT NOT NULL,
  -- 0: the whole charger.
  evse BIGINT NOT NULL,
  enabled BOOLEAN NOT NULL,
  -- JSON of the domain's own type: windows, and what holds between them.
  content TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX charging_hours_place ON charging_hours (site_id, station_id, evse);
CREATE INDEX charging_hours_organisation ON charging_hours (organisation_id, id);

-- A charger nobody but its own people use: random delay, default hours, the cheapest or cleanest time.
CREATE TABLE smart_charging (
  station_id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- JSON of the domain's own type.
  content TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- What was decided for a session beside the charging hours of its place.
CREATE TABLE session_course (
  session_id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  -- Somebody let it charge at once.
  override_at BIGINT,
  override_by TEXT,
  -- Seconds by which its start was put off.
  delay_s BIGINT NOT NULL,
  -- JSON: when it charges, and why then.
  plan TEXT,
  -- Why there is none, in a word.
  no_plan TEXT,
  -- What its charger said to the limits: accepted or refused; NULL: it was told none.
  told TEXT,
  told_detail TEXT,
  told_at BIGINT,
  -- It was ended because nothing may be charged now and its charger takes no limits.
  stopped_at BIGINT,
  changed_at BIGINT NOT NULL
);
CREATE INDEX session_course_station ON session_course (station_id, session_id);

-- How clean electricity is.
CREATE TABLE carbon_intensity (
  organisation_id BIGINT NOT NULL,
  zone TEXT NOT NULL,
  at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  -- Grams of carbon dioxide per kilowatt-hour.
  grams BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, zone, at)
) /* clustered */;
