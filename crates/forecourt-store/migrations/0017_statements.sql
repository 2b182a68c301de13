-- What an entry charges at which rate of VAT. Entries from before have no rows here.
CREATE TABLE ledger_rate (
  entry_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  -- In ten-thousandths of a per cent; NULL: no VAT applies, or several rates that a limit of the price mixed.
  rate BIGINT,
  without_vat BIGINT NOT NULL,
  vat BIGINT NOT NULL,
  PRIMARY KEY (entry_id, position)
) /* clustered */;
-- A statement asks for the entries of a month.
CREATE INDEX ledger_entry_at ON ledger_entry (organisation_id, at);
