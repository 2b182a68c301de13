-- Signing in without a password of ours: providers of organisations (OpenID Connect), passkeys, and what is under way.

-- Who vouches for the people of an organisation.
CREATE TABLE identity_provider (
  organisation_id BIGINT PRIMARY KEY,
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  -- Sealed.
  client_secret TEXT NOT NULL,
  -- Given to people who come without an invitation; without: only who is invited gets in.
  default_role TEXT,
  -- Passwords open nothing here, but for administrators.
  required BOOLEAN NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
-- E-mail domains it speaks for: one provider each, or one organisation could lead another's people astray.
CREATE TABLE identity_provider_domain (
  domain TEXT NOT NULL PRIMARY KEY,
  organisation_id BIGINT NOT NULL
) /* clustered */;
CREATE INDEX identity_provider_domain_organisation ON identity_provider_domain (organisation_id);

-- Who a provider means by its subject. Holds for the provider's organisation only.
CREATE TABLE operator_identity (
  organisation_id BIGINT NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  operator_id BIGINT NOT NULL,
  linked_at BIGINT NOT NULL,
  PRIMARY KEY (organisation_id, issuer, subject)
) /* clustered */;
CREATE INDEX operator_identity_operator ON operator_identity (operator_id);

-- A login that a provider vouched for is good for the provider's organisation alone.
ALTER TABLE login ADD COLUMN provider_organisation_id BIGINT;
-- A passkey is something one has, and asks for something one is or knows: as good as password and code together.
ALTER TABLE login ADD COLUMN passkey BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE passkey (
  -- base64url, as the browser says it.
  credential_id TEXT NOT NULL PRIMARY KEY,
  id BIGINT NOT NULL,
  operator_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- The public key, base64url of COSE.
  public_key TEXT NOT NULL,
  -- How browsers reach it (usb, internal, hybrid), a space between.
  transports TEXT NOT NULL,
  -- How often it signed, as it says itself; a step back is a copy.
  counter BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
) /* clustered */;
CREATE INDEX passkey_operator ON passkey (operator_id, id);

-- What was asked of a provider or a passkey and is not answered yet. Taken once.
CREATE TABLE sign_in_step (
  token_hash TEXT NOT NULL PRIMARY KEY,
  -- provider, passkey or new_passkey
  kind TEXT NOT NULL,
  -- JSON of what the answer is held against.
  state TEXT NOT NULL,
  expires_at BIGINT NOT NULL
) /* clustered */;
CREATE INDEX sign_in_step_expires ON sign_in_step (expires_at);
