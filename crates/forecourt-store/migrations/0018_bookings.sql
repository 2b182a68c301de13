-- What sites offer to those who book, and who has which plug when.

CREATE TABLE booking_rules (
  site_id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- JSON.
  rules TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE booking (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  -- Always there, also where nobody has been told yet.
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  -- booked, running, done, cancelled or expired
  state TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  slots BIGINT NOT NULL,
  -- JSON: the site's rules when it was booked.
  rules TEXT NOT NULL,
  -- JSON: what booking costs; null: nothing.
  fee TEXT,
  note TEXT,
  made_at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  -- driver or operator
  asked_by TEXT NOT NULL,
  revealed_at BIGINT,
  start_told_at BIGINT,
  -- Somebody else's session, whose driver was told that it will be stopped.
  warned_session_id BIGINT,
  -- What the charger answered when it was asked to keep the plug itself: asked, accepted, refused.
  station_word TEXT,
  station_number BIGINT,
  over_at BIGINT,
  -- Why it was cancelled.
  reason TEXT,
  version BIGINT NOT NULL
);
CREATE INDEX booking_organisation ON booking (organisation_id, starts_at, id);
CREATE INDEX booking_open ON booking (site_id, starts_at) WHERE state IN ('booked', 'running');
CREATE INDEX booking_driver ON booking (driver_id, starts_at);

-- Its story: made, moved, revealed, started, cancelled…
CREATE TABLE booking_step (
  id BIGINT PRIMARY KEY,
  booking_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  step TEXT NOT NULL,
  done_by TEXT,
  detail TEXT
);
CREATE INDEX booking_step_booking ON booking_step (booking_id, id);

-- Sessions are found by their booking.
CREATE INDEX session_booking_reservation ON session_booking (reservation_id);

-- JSON: what a session keeps of its booking.
ALTER TABLE session_terms ADD COLUMN booking TEXT;
