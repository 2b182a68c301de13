-- Building meters that are read over MQTT or Modbus TCP.

CREATE TABLE zone_meter (
  zone_id BIGINT NOT NULL PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- JSON of the application's own type.
  content TEXT NOT NULL,
  -- The broker's password.
  sealed TEXT,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
) /* clustered */;
