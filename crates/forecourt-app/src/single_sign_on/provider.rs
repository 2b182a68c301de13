//! What is said to a provider and what it says: its addresses, the exchange of a code, and its word about a person
//! (OpenID Connect Core 1.0, Discovery 1.0; PKCE is RFC 7636). Nothing is decided here about who may enter.

use forecourt_core::Timestamp;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::Refused;
use crate::outside::{Outside, Url, form};

/// Largest document of a provider, in bytes: a few dozen keys with their certificates.
const DOCUMENT_MAX_BYTES: usize = 256 * 1024;
/// Largest answer with tokens, in bytes.
const TOKENS_MAX_BYTES: usize = 64 * 1024;
/// Seconds by which clocks may differ.
const LEEWAY_S: i64 = 60;
/// What a key of a provider may sign with: never a secret that both sides know.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// Where a provider is asked what.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Endpoints {
    /// As the provider writes it: every word of its names it.
    pub issuer: String,
    pub authorization: String,
    pub token: String,
    pub keys: String,
    /// The client's secret goes into the header (else into the form).
    pub basic: bool,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// Who asks the provider.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client<'a> {
    pub id: &'a str,
    pub secret: &'a str,
    pub return_address: &'a str,
}

/// What the provider says of a person.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Claims {
    pub sub: String,
    #[serde(default)]
    aud: Value,
    azp: Option<String>,
    exp: i64,
    iat: Option<i64>,
    nbf: Option<i64>,
    nonce: Option<String>,
    pub email: Option<String>,
    #[serde(default)]
    email_verified: Value,
    /// The same, as Microsoft Entra says it.
    #[serde(default)]
    xms_edov: Value,
    pub name: Option<String>,
}

impl Claims {
    pub fn email_is_verified(&self) -> bool {
        [&self.email_verified, &self.xms_edov].iter().any(|value| match value {
            Value::Bool(yes) => *yes,
            Value::String(word) => word == "true" || word == "1",
            Value::Number(number) => number.as_i64() == Some(1),
            _ => false,
        })
    }
}

/// Asks a provider for its addresses.
pub(super) async fn discover(outside: &Outside, issuer: &str) -> Result<Endpoints, Refused> {
    let bare = issuer.trim_end_matches('/');
    let url = format!("{bare}/.well-known/openid-configuration");
    let text = outside.get(&url, "application/json", DOCUMENT_MAX_BYTES).await.map_err(|error| {
        tracing::info!(%error, issuer, "an identity provider was not reached");
        match error {
            crate::outside::OutsideError::Status(_) => Refused::NotAProvider,
            _ => Refused::Unreachable,
        }
    })?;
    let found: Metadata = serde_json::from_slice(&text).map_err(|_| Refused::NotAProvider)?;
    // Whoever answers for another is not believed (Discovery §4.3); a slash at the end is no other.
    if found.issuer.trim_end_matches('/') != bare {
        return Err(Refused::NotAProvider);
    }
    for url in [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri] {
        outside.check_url(url).map_err(|_| Refused::NotAProvider)?;
    }
    let methods = found.token_endpoint_auth_methods_supported;
    let basic =
        methods.is_none_or(|all| all.is_empty() || all.iter().any(|method| method == "client_secret_basic"));
    Ok(Endpoints {
        issuer: found.issuer,
        authorization: found.authorization_endpoint,
        token: found.token_endpoint,
        keys: found.jwks_uri,
        basic,
    })
}

/// Changes a code for the provider's word, not yet believed.
pub(super) async fn exchange(
    outside: &Outside,
    endpoints: &Endpoints,
    client: Client<'_>,
    (code, verifier): (&str, &str),
) -> Result<String, Refused> {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.return_address),
        ("code_verifier", verifier),
    ];
    // In the header both are written as in a form (RFC 6749 §2.3.1).
    let (id, secret) = (encoded(client.id), encoded(client.secret));
    let basic = endpoints.basic.then_some((id.as_str(), secret.as_str()));
    if basic.is_none() {
        fields.extend([("client_id", client.id), ("client_secret", client.secret)]);
    }
    let answer = outside.post_form(&endpoints.token, &fields, basic, TOKENS_MAX_BYTES).await;
    let (status, body) = answer.map_err(|error| {
        tracing::info!(%error, issuer = endpoints.issuer, "an identity provider was not reached");
        Refused::Unreachable
    })?;
    let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    if status == 200 {
        return answer["id_token"].as_str().map(str::to_owned).ok_or(Refused::NotAProvider);
    }
    let error = answer["error"].as_str().unwrap_or_default();
    tracing::info!(status, error, issuer = endpoints.issuer, "an identity provider gave no token");
    Err(match (status, error) {
        (_, "invalid_client" | "unauthorized_client") | (401 | 403, _) => Refused::Client,
        (_, "invalid_grant") => Refused::Code,
        _ => Refused::Declined,
    })
}

fn encoded(text: &str) -> String {
    form(&[("x", text)]).split_off(2)
}

/// The provider's keys.
pub(super) async fn keys(outside: &Outside, endpoints: &Endpoints) -> Result<Vec<Jwk>, Refused> {
    let text =
        outside.get(&endpoints.keys, "application/json", DOCUMENT_MAX_BYTES).await.map_err(|error| {
            tracing::info!(%error, issuer = endpoints.issuer, "an identity provider's keys were not reached");
            Refused::Unreachable
        })?;
    let set: Value = serde_json::from_slice(&text).map_err(|_| Refused::NotAProvider)?;
    let all = set["keys"].as_array().ok_or(Refused::NotAProvider)?;
    // Keys of kinds we do not know are somebody else's business.
    Ok(all.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect())
}

/// Believes a token that is the provider's own, of now, for this client and this question.
pub(super) fn believe(
    token: &str,
    keys: &[Jwk],
    issuer: &str,
    client_id: &str,
    nonce: &str,
    now: Timestamp,
) -> Result<Claims, Refused> {
    let header = decode_header(token).map_err(|_| Refused::Token)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Refused::Token);
    }
    let key = key_of(keys, header.kid.as_deref()).ok_or(Refused::Token)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Refused::Token)?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // By our own clock, below, so that the two sides of a wrong clock can be told apart.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims = decode::<Claims>(token, &key, &validation)
        .map_err(|error| {
            tracing::info!(%error, issuer, "a token of an identity provider was not believed");
            Refused::Token
        })?
        .claims;
    let now = now.as_second();
    let later = |at: Option<i64>| at.is_some_and(|at| at > now + LEEWAY_S);
    if claims.exp < now - LEEWAY_S || later(claims.iat) || later(claims.nbf) {
        return Err(Refused::Clock);
    }
    let asked = claims.nonce.as_deref().unwrap_or_default();
    if !bool::from(asked.as_bytes().ct_eq(nonce.as_bytes())) {
        return Err(Refused::Token);
    }
    // Of several readers one asked (Core §3.1.3.7).
    let shared = claims.aud.as_array().is_some_and(|readers| readers.len() > 1);
    let asker = claims.azp.as_deref();
    if asker.is_some_and(|asker| asker != client_id) || shared && asker.is_none() {
        return Err(Refused::Token);
    }
    if claims.sub.is_empty() || claims.sub.len() > 255 {
        return Err(Refused::Token);
    }
    Ok(claims)
}

/// The key a token names, or the only one there is.
fn key_of<'a>(keys: &'a [Jwk], id: Option<&str>) -> Option<&'a Jwk> {
    let signs = |key: &&Jwk| key.common.public_key_use != Some(PublicKeyUse::Encryption);
    let mut signing = keys.iter().filter(signs);
    match id {
        Some(id) => signing.find(|key| key.common.key_id.as_deref() == Some(id)),
        None => signing.next().filter(|_| keys.iter().filter(signs).count() == 1),
    }
}

/// Where a browser is sent to ask the provider.
pub(super) fn question(
    endpoints: &Endpoints,
    client_id: &str,
    fields: &[(&str, &str)],
) -> Result<String, Refused> {
    let mut url = Url::parse(&endpoints.authorization).map_err(|_| Refused::NotAProvider)?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("scope", "openid email profile")
        .append_pair("client_id", client_id)
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(fields);
    Ok(url.into())
}
