-- Which messages are whose. Filled in portions behind the newest messages, so that a message costs no page of an index of
-- its own; the counter tells up to which message it is filled.
CREATE TABLE message_place (
  station_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  PRIMARY KEY (station_id, id)
) /* clustered */;
INSERT INTO message_place (station_id, id) SELECT station_id, id FROM message ORDER BY station_id, id;
INSERT INTO counter (name, value) SELECT 'message_place', COALESCE(MAX(id), 0) FROM message;
DROP INDEX message_station;
