-- Tariffs that stations hold to compute costs themselves (OCPP 2.1).

CREATE TABLE told_tariff (
  station_id BIGINT NOT NULL,
  -- 0: every EVSE.
  evse BIGINT NOT NULL,
  -- By which the station knows it; empty: it holds none of ours.
  told_id TEXT NOT NULL,
  -- The version it was made of.
  version_id BIGINT,
  -- held, refused or unsayable
  state TEXT NOT NULL,
  detail TEXT,
  changed_at BIGINT NOT NULL,
  retry_at BIGINT,
  PRIMARY KEY (station_id, evse)
) /* clustered */;
