-- Figures by local day of the site: when places were in use, charging, out of order; what sessions brought in.

-- Since this step a day holds the time of that day only, whenever the session ended.
ALTER TABLE rollup_day ADD COLUMN charging_s BIGINT NOT NULL DEFAULT 0;
-- Time that is accounted for, and what of it was lost. A day is written when a stretch ends.
ALTER TABLE rollup_day ADD COLUMN watched_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rollup_day ADD COLUMN offline_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rollup_day ADD COLUMN faulted_s BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rollup_day ADD COLUMN unavailable_s BIGINT NOT NULL DEFAULT 0;
-- What could have been charged in the time watched, where the EVSE's power is known.
ALTER TABLE rollup_day ADD COLUMN capacity_wh BIGINT NOT NULL DEFAULT 0;

-- In the currency's smallest unit, by the day the session ended. The last four are parts of with_vat.
CREATE TABLE rollup_money (
  scope BIGINT NOT NULL,
  scope_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  day BIGINT NOT NULL,
  currency TEXT NOT NULL,
  sessions BIGINT NOT NULL,
  with_vat BIGINT NOT NULL,
  without_vat BIGINT NOT NULL,
  energy BIGINT NOT NULL,
  charging_time BIGINT NOT NULL,
  idle_time BIGINT NOT NULL,
  flat BIGINT NOT NULL,
  PRIMARY KEY (scope, scope_id, day, evse, currency)
) /* clustered */;

-- How each EVSE is now, and since when: the stretch that is not in the sums yet.
CREATE TABLE availability (
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  state TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (station_id, evse)
) /* clustered */;

-- What a kWh costs at a site, from that day on; the first one counts for the days before it too.
CREATE TABLE energy_price (
  site_id BIGINT NOT NULL,
  from_day BIGINT NOT NULL,
  -- Millionths of the site's currency.
  price_e6 BIGINT NOT NULL,
  PRIMARY KEY (site_id, from_day)
) /* clustered */;

-- What an organisation reckons the good of its chargers with; without a row our own factors count.
CREATE TABLE sustainability (
  organisation_id BIGINT PRIMARY KEY,
  wh_per_km BIGINT NOT NULL,
  petrol_g_per_km BIGINT NOT NULL,
  grid_g_per_kwh BIGINT NOT NULL,
  tree_g_per_year BIGINT NOT NULL
);

-- Sessions that began with a reservation.
CREATE TABLE session_booking (
  session_id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  reservation_id BIGINT NOT NULL
);
CREATE INDEX session_booking_organisation ON session_booking (organisation_id, session_id);

-- What a person wrote when a session was looked at.
CREATE TABLE session_note (
  session_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  written_by TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (session_id, at)
) /* clustered */;

-- Reports that are sent by themselves.
CREATE TABLE report_schedule (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  tab TEXT NOT NULL,
  format TEXT NOT NULL,
  -- daily, weekly or monthly: each covers the whole day, week or month before.
  every TEXT NOT NULL,
  site_id BIGINT,
  -- JSON: addresses.
  recipients TEXT NOT NULL,
  -- Rights are looked at anew each time.
  operator_id BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  last_sent_at BIGINT,
  problem TEXT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX report_schedule_organisation ON report_schedule (organisation_id, id);
CREATE INDEX report_schedule_due ON report_schedule (next_at);

-- Another way to look at a session list each.
CREATE INDEX session_ended ON session (organisation_id, ended_at, id) WHERE ended_at IS NOT NULL;

-- Whether a tariff applies: so that sessions without one are found among many with one.
ALTER TABLE session ADD COLUMN priced BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE session SET priced = TRUE WHERE id IN (SELECT session_id FROM session_price);
CREATE INDEX session_unpriced ON session (organisation_id, started_at, id) WHERE NOT priced;
CREATE INDEX session_priced ON session (organisation_id, started_at, id) WHERE priced;
