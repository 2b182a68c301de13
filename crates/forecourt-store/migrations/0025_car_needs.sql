-- What the car at an EVSE asked for last, and what it had charged by then.
CREATE TABLE car_needs (
  station_id BIGINT NOT NULL,
  evse BIGINT NOT NULL,
  said_at BIGINT NOT NULL,
  had_wh BIGINT NOT NULL,
  departs_at BIGINT,
  energy_wh BIGINT,
  PRIMARY KEY (station_id, evse)
) /* clustered */;
