-- Who may do what: memberships, invitations, second factors, audit, mail.

-- What a person may do in an organisation. One person may belong to several.
CREATE TABLE membership (
  operator_id BIGINT NOT NULL,
  organisation_id BIGINT NOT NULL,
  role TEXT NOT NULL,
  -- Words of rights; without: those of the role.
  permissions TEXT,
  -- Ids of the only sites the person sees, a space between them; without: every site.
  sites TEXT,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (operator_id, organisation_id)
) /* clustered */;
CREATE INDEX membership_organisation ON membership (organisation_id, operator_id);
INSERT INTO membership (operator_id, organisation_id, role, created_at, version)
  SELECT id, organisation_id, role, created_at, 1 FROM operator;

DROP INDEX operator_organisation;
ALTER TABLE operator DROP COLUMN organisation_id;
ALTER TABLE operator DROP COLUMN role;
ALTER TABLE operator ADD COLUMN language TEXT;
ALTER TABLE operator ADD COLUMN time_zone TEXT;
-- The secret of the second factor, sealed; without `confirmed` it is being set up.
ALTER TABLE operator ADD COLUMN totp_sealed TEXT;
ALTER TABLE operator ADD COLUMN totp_confirmed BOOLEAN NOT NULL DEFAULT FALSE;
-- The last step of time a code was taken for: no code works twice.
ALTER TABLE operator ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
-- Digests of the recovery codes that are left, a space between them.
ALTER TABLE operator ADD COLUMN recovery TEXT NOT NULL DEFAULT '';

-- A login of the page. `organisation_id` is where its person is at work; `half` waits for the second factor.
DROP TABLE login;
CREATE TABLE login (
  token_hash TEXT NOT NULL PRIMARY KEY,
  id BIGINT NOT NULL,
  operator_id BIGINT NOT NULL,
  organisation_id BIGINT,
  half BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
) /* clustered */;
CREATE INDEX login_operator ON login (operator_id);

ALTER TABLE organisation ADD COLUMN parent_id BIGINT;
ALTER TABLE organisation ADD COLUMN second_factor_required BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX organisation_parent ON organisation (parent_id);

CREATE TABLE invitation (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  permissions TEXT,
  sites TEXT,
  token_hash TEXT NOT NULL UNIQUE,
  invited_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitation_email ON invitation (organisation_id, email);

CREATE TABLE password_reset (
  token_hash TEXT NOT NULL PRIMARY KEY,
  operator_id BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) /* clustered */;
CREATE INDEX password_reset_operator ON password_reset (operator_id);

-- Who did what, in the transaction that did it. Nothing changes or removes a row but retention.
CREATE TABLE audit (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  -- operator, program or system
  actor_kind TEXT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  subject_name TEXT NOT NULL,
  -- JSON of what was different, before and after.
  before_json TEXT,
  after_json TEXT
);
CREATE INDEX audit_organisation ON audit (organisation_id, id);
CREATE INDEX audit_subject ON audit (organisation_id, subject_kind, subject_id, id);
CREATE INDEX audit_actor ON audit (organisation_id, actor_kind, actor_id, id);

-- Letters that wait, went out or could not be delivered.
CREATE TABLE mail (
  id BIGINT PRIMARY KEY,
  organisation_id BIGINT,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  -- Tried next; none when it is over.
  due_at BIGINT,
  attempts BIGINT NOT NULL,
  sent_at BIGINT,
  -- What the mail server said last.
  error TEXT
);
CREATE INDEX mail_due ON mail (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mail_organisation ON mail (organisation_id, id);

-- Keys made before the rights were told apart keep what they could do.
UPDATE api_key SET scopes = scopes || ' sessions_read reports' WHERE ' ' || scopes || ' ' LIKE '% read %';
UPDATE api_key SET scopes = scopes || ' tokens_read' WHERE ' ' || scopes || ' ' LIKE '% tokens %';
UPDATE api_key SET scopes = scopes || ' network_delete tariffs' WHERE ' ' || scopes || ' ' LIKE '% network %';
UPDATE api_key SET scopes = scopes || ' export receipts migrate diagnostics issues alerts operators integrations audit administration'
  WHERE ' ' || scopes || ' ' LIKE '% organisation %';
-- The key after this one, while both are valid.
ALTER TABLE api_key ADD COLUMN replaced_by BIGINT;
ALTER TABLE api_key ADD COLUMN created_by TEXT;
