-- Drivers pay through a payment provider: its keys, cards on file, payments and what became of them.

CREATE TABLE payment_setting (
  organisation_id BIGINT PRIMARY KEY,
  -- manual or stripe
  provider TEXT NOT NULL,
  -- Sealed; NULL with the manual one.
  secret_key TEXT,
  webhook_secret TEXT,
  -- The provider's name for the account that the key opens.
  account TEXT,
  -- Where the provider is asked; NULL: its usual address.
  address TEXT,
  -- post_pay, pre_authorise or prepaid
  strategy TEXT NOT NULL,
  currency TEXT NOT NULL,
  -- In the currency's smallest unit.
  hold BIGINT NOT NULL,
  least_balance BIGINT NOT NULL,
  most_owed BIGINT NOT NULL,
  -- What is owed is taken from cards on file by itself.
  collects BOOLEAN NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);

-- Whom the provider knows a driver as.
CREATE TABLE payment_customer (
  organisation_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  reference TEXT NOT NULL,
  PRIMARY KEY (organisation_id, driver_id)
) /* clustered */;

CREATE TABLE payment_method (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  -- The provider's; numbers of cards are never here.
  reference TEXT NOT NULL,
  brand TEXT NOT NULL,
  last4 TEXT NOT NULL,
  -- Month it runs out, counted from year 0 (year * 12 + month - 1); NULL: it does not.
  expires_month BIGINT,
  preferred BOOLEAN NOT NULL,
  added_at BIGINT NOT NULL,
  removed_at BIGINT
);
CREATE UNIQUE INDEX payment_method_reference ON payment_method (organisation_id, reference);
CREATE INDEX payment_method_driver ON payment_method (driver_id, id) WHERE removed_at IS NULL;

CREATE TABLE payment (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  -- The session that is paid, or that was the reason.
  session_id BIGINT,
  -- top_up, collection or hold
  kind TEXT NOT NULL,
  -- asked, processing, held, paid, failed or cancelled
  state TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount BIGINT NOT NULL,
  -- Sums so far, as the ledger has them.
  taken BIGINT NOT NULL,
  given_back BIGINT NOT NULL,
  fee BIGINT NOT NULL,
  credited BIGINT NOT NULL,
  -- Of what is given back, asked for out of the wallet.
  from_wallet BIGINT NOT NULL,
  -- Entries made.
  postings BIGINT NOT NULL,
  method_id BIGINT,
  method_label TEXT NOT NULL,
  -- The provider's; NULL: it was not asked yet.
  reference TEXT,
  -- The page on which a driver pays, and the provider's name for it.
  page_reference TEXT,
  page_address TEXT,
  -- How often the same debt was tried, this time included.
  tries BIGINT NOT NULL,
  -- When a failed one is tried again by itself; NULL: when the driver charges next.
  again_at BIGINT,
  -- Failed, and neither tried again nor settled otherwise.
  waits BOOLEAN NOT NULL,
  reason TEXT,
  made_by TEXT,
  made_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  -- When the provider is asked next about one that is open; NULL: not by itself.
  look_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX payment_organisation ON payment (organisation_id, id);
CREATE INDEX payment_state ON payment (organisation_id, state, id);
CREATE INDEX payment_driver ON payment (driver_id, id);
CREATE INDEX payment_session ON payment (session_id, id) WHERE session_id IS NOT NULL;
CREATE UNIQUE INDEX payment_reference ON payment (organisation_id, reference) WHERE reference IS NOT NULL;
CREATE UNIQUE INDEX payment_page ON payment (organisation_id, page_reference) WHERE page_reference IS NOT NULL;
CREATE INDEX payment_look ON payment (look_at, id) WHERE look_at IS NOT NULL;
-- Two nodes, or a job and an operator, do not take the same twice.
CREATE UNIQUE INDEX payment_one_collection ON payment (driver_id) WHERE kind = 'collection' AND state = 'processing';
CREATE UNIQUE INDEX payment_one_hold ON payment (session_id) WHERE kind = 'hold';
CREATE INDEX payment_open ON payment (driver_id) WHERE state IN ('processing', 'held');
CREATE INDEX payment_waits ON payment (driver_id) WHERE waits;
CREATE INDEX payment_held ON payment (id) WHERE kind = 'hold' AND state = 'held';

CREATE UNIQUE INDEX payment_customer_reference ON payment_customer (organisation_id, reference);

-- What became of a payment, step by step.
CREATE TABLE payment_step (
  payment_id BIGINT NOT NULL,
  position BIGINT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  PRIMARY KEY (payment_id, position)
) /* clustered */;

-- Messages of the provider that were heard: none counts twice.
CREATE TABLE payment_event (
  organisation_id BIGINT NOT NULL,
  event TEXT NOT NULL,
  heard_at BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, event)
) /* clustered */;
CREATE INDEX payment_event_heard ON payment_event (heard_at);

CREATE INDEX ledger_account_owing ON ledger_account (organisation_id, owner_id) WHERE kind = 'driver' AND balance > 0;
