-- What each EVSE of a station says of its schedule: one kept answer for each, where the last of them was the only one.
UPDATE station_item SET item_key = 'composite/' || evse
  WHERE kind = 'charging_schedule' AND item_key = 'composite' AND evse IS NOT NULL;
