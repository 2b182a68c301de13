-- People who charge: drivers, their groups, cars, teams, discounts, subscriptions and cards.

CREATE TABLE driver (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  -- As the organisation counts its customers.
  number TEXT NOT NULL,
  name TEXT NOT NULL,
  -- The name in lower case: lists are ordered and continued by it.
  name_key TEXT NOT NULL,
  -- Empty: none.
  email TEXT NOT NULL,
  phone TEXT,
  address TEXT,
  notes TEXT,
  -- invited, active or blocked
  status TEXT NOT NULL,
  -- internal, external or, for everybody else, NULL
  fleet TEXT,
  -- A card or another way to pay is on file.
  can_pay BOOLEAN NOT NULL,
  language TEXT NOT NULL,
  -- Digest of the code the driver joins with; it works once.
  code_digest TEXT,
  code_expires_at BIGINT,
  joined_at BIGINT,
  created_at BIGINT NOT NULL,
  -- 0: never. Kept up to date by a job.
  last_charge_at BIGINT NOT NULL,
  -- Since then nothing personal is kept; sessions and money still name the row.
  deleted_at BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX driver_email ON driver (organisation_id, email) WHERE email <> '';
CREATE INDEX driver_emails ON driver (organisation_id, email, id) WHERE deleted_at IS NULL;
CREATE INDEX driver_last_charge ON driver (organisation_id, last_charge_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX driver_number ON driver (organisation_id, number);
CREATE UNIQUE INDEX driver_code ON driver (code_digest) WHERE code_digest IS NOT NULL;
CREATE INDEX driver_name ON driver (organisation_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX driver_created ON driver (organisation_id, id) WHERE deleted_at IS NULL;

CREATE TABLE driver_group (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX driver_group_name ON driver_group (organisation_id, name);

CREATE TABLE driver_group_member (
  group_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  PRIMARY KEY (group_id, driver_id)
) /* clustered */;
CREATE INDEX driver_group_member_driver ON driver_group_member (driver_id, group_id);

CREATE TABLE car (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  fleet TEXT,
  brand TEXT NOT NULL,
  model TEXT NOT NULL,
  plate TEXT NOT NULL,
  -- The plate in capitals without blanks and dashes.
  plate_key TEXT NOT NULL,
  notes TEXT,
  -- Words with a blank between them.
  tags TEXT NOT NULL,
  driver_id BIGINT,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX car_plate ON car (organisation_id, plate_key);
CREATE INDEX car_driver ON car (driver_id);

-- Drivers and keys that charge on one account, at their places only.
CREATE TABLE team (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  fleet TEXT,
  name TEXT NOT NULL,
  -- Who is sent the bill.
  payer TEXT,
  payer_email TEXT,
  -- JSON of the domain's own type.
  places TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX team_name ON team (organisation_id, name);

CREATE TABLE team_member (
  team_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  PRIMARY KEY (team_id, driver_id)
) /* clustered */;
CREATE INDEX team_member_driver ON team_member (driver_id);

CREATE TABLE member_discount (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  fleet TEXT,
  alias TEXT NOT NULL,
  -- JSON of the domain's own types.
  discount TEXT NOT NULL,
  places TEXT NOT NULL,
  is_active BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX member_discount_alias ON member_discount (organisation_id, alias);

CREATE TABLE member_discount_driver (
  discount_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  PRIMARY KEY (discount_id, driver_id)
) /* clustered */;
CREATE INDEX member_discount_driver_driver ON member_discount_driver (driver_id);

CREATE TABLE member_discount_group (
  discount_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  PRIMARY KEY (discount_id, group_id)
) /* clustered */;
CREATE INDEX member_discount_group_group ON member_discount_group (group_id);

-- Whose a charge key is.
ALTER TABLE id_token ADD COLUMN driver_id BIGINT;
ALTER TABLE id_token ADD COLUMN car_id BIGINT;
ALTER TABLE id_token ADD COLUMN team_id BIGINT;
-- internal, external or NULL, as those it is linked to.
ALTER TABLE id_token ADD COLUMN fleet TEXT;
CREATE INDEX id_token_driver ON id_token (driver_id) WHERE driver_id IS NOT NULL;
CREATE INDEX id_token_car ON id_token (car_id) WHERE car_id IS NOT NULL;
CREATE INDEX id_token_team ON id_token (team_id) WHERE team_id IS NOT NULL;

-- Whose a charge key was, and when: a session stays with those who had its key when it began.
CREATE TABLE token_holding (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  token_key TEXT NOT NULL,
  alias TEXT,
  driver_id BIGINT,
  car_id BIGINT,
  team_id BIGINT,
  from_at BIGINT NOT NULL,
  -- NULL: it still is.
  to_at BIGINT
);
CREATE UNIQUE INDEX token_holding_open ON token_holding (organisation_id, token_key) WHERE to_at IS NULL;
CREATE INDEX token_holding_organisation ON token_holding (organisation_id, token_key, from_at);
CREATE INDEX token_holding_driver ON token_holding (driver_id) WHERE driver_id IS NOT NULL;
CREATE INDEX token_holding_car ON token_holding (car_id) WHERE car_id IS NOT NULL;
CREATE INDEX token_holding_team ON token_holding (team_id) WHERE team_id IS NOT NULL;

-- Cars say their address in several ways; it is one key.
UPDATE id_token SET uid_key = REPLACE(REPLACE(REPLACE(uid_key, 'VID:', ''), ':', ''), '-', '')
  WHERE kind = 'mac' AND LENGTH(REPLACE(REPLACE(REPLACE(uid_key, 'VID:', ''), ':', ''), '-', '')) = 12
  AND NOT EXISTS (SELECT 1 FROM id_token o WHERE o.organisation_id = id_token.organisation_id AND o.id <> id_token.id
    AND REPLACE(REPLACE(REPLACE(o.uid_key, 'VID:', ''), ':', ''), '-', '')
      = REPLACE(REPLACE(REPLACE(id_token.uid_key, 'VID:', ''), ':', ''), '-', ''));
UPDATE session SET token_key = REPLACE(REPLACE(REPLACE(token_key, 'VID:', ''), ':', ''), '-', '')
  WHERE token_key LIKE 'VID:%' AND LENGTH(REPLACE(REPLACE(REPLACE(token_key, 'VID:', ''), ':', ''), '-', '')) = 12;

-- What drivers can subscribe to.
CREATE TABLE plan (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  internal_note TEXT NOT NULL,
  -- In the currency's smallest unit, with VAT.
  cost BIGINT NOT NULL,
  currency TEXT NOT NULL,
  -- Ten-thousandths of a per cent, as tariffs have it.
  vat BIGINT NOT NULL,
  -- week, month or year
  renewal TEXT NOT NULL,
  -- NULL: without limit.
  allowance_wh BIGINT,
  -- What is charged beyond the allowance is priced by this; NULL: as without a subscription.
  overflow_tariff_id BIGINT,
  is_public BOOLEAN NOT NULL,
  -- Days: on sale from and to, last renewal. NULL: no limit.
  sale_from BIGINT,
  sale_to BIGINT,
  renew_until BIGINT,
  -- JSON of the domain's own type.
  places TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX plan_name ON plan (organisation_id, name) WHERE deleted_at IS NULL;

-- Who may buy a plan that is not public.
CREATE TABLE plan_driver (
  plan_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  PRIMARY KEY (plan_id, driver_id)
) /* clustered */;

CREATE TABLE plan_group (
  plan_id BIGINT NOT NULL,
  group_id BIGINT NOT NULL,
  PRIMARY KEY (plan_id, group_id)
) /* clustered */;

CREATE TABLE subscription (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  plan_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  -- Periods count from here.
  started_at BIGINT NOT NULL,
  period BIGINT NOT NULL,
  period_from BIGINT NOT NULL,
  period_to BIGINT NOT NULL,
  -- Drawn in this period.
  used_wh BIGINT NOT NULL,
  -- It does not renew any more.
  cancelled_at BIGINT,
  ended_at BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX subscription_running ON subscription (plan_id, driver_id) WHERE ended_at IS NULL;
CREATE INDEX subscription_driver ON subscription (driver_id, id);
CREATE INDEX subscription_plan ON subscription (plan_id, id);
CREATE INDEX subscription_due ON subscription (period_to) WHERE ended_at IS NULL;

-- What sessions took of allowances: a session draws once.
CREATE TABLE subscription_draw (
  session_id BIGINT PRIMARY KEY,
  subscription_id BIGINT NOT NULL,
  period BIGINT NOT NULL,
  at BIGINT NOT NULL,
  energy_wh BIGINT NOT NULL,
  -- The rest was beyond it.
  covered_wh BIGINT NOT NULL
);
CREATE INDEX subscription_draw_subscription ON subscription_draw (subscription_id, period);

-- What somebody owes besides sessions, until the ledger has it.
CREATE TABLE amount_due (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  driver_id BIGINT,
  team_id BIGINT,
  -- subscription or fleet_card
  kind TEXT NOT NULL,
  reference_id BIGINT NOT NULL,
  -- Which of the reference's: the period of a subscription.
  part BIGINT NOT NULL,
  description TEXT NOT NULL,
  -- In the currency's smallest unit, with VAT.
  amount BIGINT NOT NULL,
  currency TEXT NOT NULL,
  -- Ten-thousandths of a per cent, as tariffs have it.
  vat BIGINT NOT NULL,
  at BIGINT NOT NULL,
  posted BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX amount_due_once ON amount_due (kind, reference_id, part);
CREATE INDEX amount_due_open ON amount_due (id) WHERE NOT posted;
CREATE INDEX amount_due_driver ON amount_due (driver_id, id);

-- Cards that charge at the chargers of others.
CREATE TABLE fleet_card (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  driver_id BIGINT NOT NULL,
  -- As printed on the card; NULL until the issuer says it.
  number TEXT,
  issuer TEXT NOT NULL,
  -- ordered, active or cancelled
  status TEXT NOT NULL,
  -- office or home
  delivery TEXT NOT NULL,
  address TEXT NOT NULL,
  fee BIGINT NOT NULL,
  currency TEXT NOT NULL,
  ordered_by TEXT NOT NULL,
  ordered_at BIGINT NOT NULL,
  activated_at BIGINT,
  cancelled_at BIGINT,
  replaces_id BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX fleet_card_number ON fleet_card (organisation_id, number) WHERE number IS NOT NULL;
CREATE INDEX fleet_card_driver ON fleet_card (driver_id, id);
CREATE INDEX fleet_card_organisation ON fleet_card (organisation_id, id);

-- What was charged with a card, as its issuer reports it.
CREATE TABLE fleet_card_use (
  card_id BIGINT NOT NULL,
  -- The issuer's own name of it: the same report twice is one.
  reference TEXT NOT NULL,
  at BIGINT NOT NULL,
  place TEXT NOT NULL,
  energy_wh BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  currency TEXT NOT NULL,
  PRIMARY KEY (card_id, reference)
) /* clustered */;
