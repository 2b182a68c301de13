-- Who owes whom: double entry, only ever added to. Wallets, vouchers, invoices, payouts.

-- A balance is the sum of the account's lines, kept with them in one transaction and checked by a job.
CREATE TABLE ledger_account (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  -- A driver's or a team's id; 0 where there is one account only.
  owner_id BIGINT NOT NULL,
  currency TEXT NOT NULL,
  -- In the currency's smallest unit; above zero: debit.
  balance BIGINT NOT NULL
);
CREATE UNIQUE INDEX ledger_account_of ON ledger_account (organisation_id, kind, owner_id, currency);

CREATE TABLE ledger_entry (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  -- session, due, top_up, credit, voucher, refund, received, fee, payout…
  kind TEXT NOT NULL,
  currency TEXT NOT NULL,
  -- Told as one amount: the sum of the debit side; below zero where something is taken back.
  amount BIGINT NOT NULL,
  -- Of that, without VAT; NULL where VAT has no say.
  without_vat BIGINT,
  -- What made it, and which of its entries: posted once.
  cause TEXT NOT NULL,
  cause_id BIGINT NOT NULL,
  part BIGINT NOT NULL,
  driver_id BIGINT,
  team_id BIGINT,
  session_id BIGINT,
  description TEXT NOT NULL,
  -- Who did it; NULL: Forecourt by itself.
  made_by TEXT,
  -- The invoice it stands on; nothing else of an entry ever changes.
  invoice_id BIGINT
);
CREATE UNIQUE INDEX ledger_entry_once ON ledger_entry (cause, cause_id, part);
CREATE INDEX ledger_entry_organisation ON ledger_entry (organisation_id, id);
CREATE INDEX ledger_entry_kind ON ledger_entry (organisation_id, kind, id);
CREATE INDEX ledger_entry_driver ON ledger_entry (driver_id, id) WHERE driver_id IS NOT NULL;
CREATE INDEX ledger_entry_team ON ledger_entry (team_id, id) WHERE team_id IS NOT NULL;
CREATE INDEX ledger_entry_to_invoice ON ledger_entry (organisation_id, id)
  WHERE invoice_id IS NULL AND kind IN ('session', 'correction', 'due') AND (driver_id IS NOT NULL OR team_id IS NOT NULL);
CREATE INDEX ledger_entry_invoice ON ledger_entry (invoice_id, id) WHERE invoice_id IS NOT NULL;
CREATE INDEX ledger_entry_session ON ledger_entry (session_id, id) WHERE session_id IS NOT NULL;

CREATE TABLE ledger_line (
  entry_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  account_id BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (entry_id, position)
) /* clustered */;
CREATE INDEX ledger_line_account ON ledger_line (account_id, entry_id);

-- What the ledger has of a session's price; NULL: nothing yet.
ALTER TABLE session_price ADD COLUMN posted_cost BIGINT;
ALTER TABLE session_price ADD COLUMN posted_net BIGINT;
ALTER TABLE session_price ADD COLUMN postings BIGINT NOT NULL DEFAULT 0;
CREATE INDEX session_price_due ON session_price (priced_at, session_id)
  WHERE cost IS NOT NULL AND (posted_cost IS NULL OR posted_cost <> cost);

CREATE TABLE voucher (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- Of the code in capitals; the code itself is shown once.
  code_digest TEXT NOT NULL,
  -- Its last letters, so that a list can tell vouchers apart.
  code_end TEXT NOT NULL,
  -- fixed, refund or corporate
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  currency TEXT NOT NULL,
  expires_at BIGINT,
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  withdrawn_at BIGINT,
  redeemed_at BIGINT,
  redeemed_by BIGINT
);
CREATE UNIQUE INDEX voucher_code ON voucher (organisation_id, code_digest);
CREATE INDEX voucher_organisation ON voucher (organisation_id, id);
CREATE INDEX voucher_driver ON voucher (redeemed_by, id) WHERE redeemed_by IS NOT NULL;

-- The next number of a row of documents: none is left out.
CREATE TABLE invoice_series (
  organisation_id BIGINT PRIMARY KEY,
  next BIGINT NOT NULL
);

CREATE TABLE invoice (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  -- invoice or credit_note
  kind TEXT NOT NULL,
  -- The invoice that a credit note takes back.
  of_id BIGINT,
  driver_id BIGINT,
  team_id BIGINT,
  issued_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  currency TEXT NOT NULL,
  without_vat BIGINT NOT NULL,
  with_vat BIGINT NOT NULL,
  -- Seller, buyer and lines as they were: a document is not changed any more. JSON.
  content TEXT NOT NULL,
  -- When it was paid by a transfer to the bank; wallets and cards pay by themselves.
  paid_at BIGINT,
  made_by TEXT NOT NULL
);
CREATE UNIQUE INDEX invoice_number ON invoice (organisation_id, number);
CREATE UNIQUE INDEX invoice_credited ON invoice (of_id) WHERE of_id IS NOT NULL;
CREATE INDEX invoice_organisation ON invoice (organisation_id, id);

CREATE TABLE payout (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  currency TEXT NOT NULL,
  state TEXT NOT NULL,
  -- Account holder, IBAN and BIC as they were. JSON.
  bank TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  -- Day by whose end it is to be answered.
  due_day BIGINT NOT NULL,
  answered_by TEXT,
  answered_at BIGINT,
  reason TEXT,
  paid_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX payout_organisation ON payout (organisation_id, id);
CREATE INDEX payout_open ON payout (due_day, id) WHERE state IN ('requested', 'approved');

-- Where payouts go. JSON; NULL: nobody said yet.
CREATE TABLE bank_account (
  organisation_id BIGINT PRIMARY KEY,
  bank TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL
);
