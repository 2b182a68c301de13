//! One knock: an upgrade request is admitted or refused, before any WebSocket exists.
//!
//! A refusal tells the station's installer what to mend, and a stranger nothing: an unknown identity and a wrong password
//! get the same status, body and time (threat 4).

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::response::Response;
use forecourt_app::certificates::ClientCertificate;
use forecourt_app::gateway::{Admission, Knock, Refusal};
use forecourt_ocpp::Version;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use hyper::body::Incoming;
use tokio::sync::oneshot;
use yawc::WebSocket;

use super::limits::counted;
use super::stream::Farewell;
use super::{Gateway, credentials, figures, identity, offer, socket};
use crate::peer::Peer;

/// Why there is no WebSocket, for the station's log.
struct Refused {
    status: StatusCode,
    text: &'static str,
    /// Word under which the operator finds it among the unknown stations; `None`: not listed.
    listed: Option<&'static str>,
    retry_after: Option<Duration>,
    /// Reported as a security event of the station.
    cause: Option<Refusal>,
}

impl Refused {
    fn new(status: StatusCode, text: &'static str) -> Self {
        Self { status, text, listed: None, retry_after: None, cause: None }
    }

    fn listed(status: StatusCode, text: &'static str, word: &'static str) -> Self {
        Self { listed: Some(word), ..Self::new(status, text) }
    }

    fn response(&self) -> Response {
        let mut response = Response::new(Body::from(self.text));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"ocpp\", charset=\"UTF-8\""),
            );
        }
        if self.status == StatusCode::UPGRADE_REQUIRED {
            headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        }
        response
    }
}

/// Whether this request is for us.
pub(super) fn is_upgrade(headers: &HeaderMap) -> bool {
    offer::has_word(headers, &header::UPGRADE, "websocket")
}

/// Answers an upgrade request; the conversation goes on in a task of its own.
pub(super) async fn knock(
    gateway: Arc<Gateway>,
    mut request: Request<Incoming>,
    peer: Peer,
    certificate: Option<Arc<ClientCertificate>>,
    farewell: Farewell,
) -> Response {
    let knock = read(&request, peer, certificate);
    let admitted = match handshake(&request) {
        Ok(()) => admit(&gateway, &knock).await,
        Err(refused) => Err(refused),
    };
    let (admission, version) = match admitted {
        Ok(admitted) => admitted,
        Err(refused) => {
            figures::refused(refused.status);
            let response = refused.response();
            if let Some(word) = refused.listed {
                list(&gateway, knock, word, refused.cause);
            }
            return response;
        }
    };
    offer::clean_extensions(request.headers_mut());
    let Ok((response, upgrade)) = WebSocket::upgrade_with_options(&mut request, gateway.options.clone())
    else {
        return Refused::new(StatusCode::BAD_REQUEST, "not a WebSocket request").response();
    };
    let mut response = response.map(Body::new);
    // The station's own spelling: it compares letter by letter.
    if let Some(name) =
        offer::choose(&knock.subprotocols).and_then(|(_, name)| HeaderValue::from_str(name).ok())
    {
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, name);
    }
    let (patience, address) = (gateway.limits.patience, knock.address);
    let (came, taken_in) = oneshot::channel();
    let sockets = gateway.sockets.clone();
    sockets.spawn(async move {
        let connecting = gateway.app.connect(admission, version.subprotocol(), address);
        let (connection, orders) = Box::pin(connecting).await;
        // The request may have been given up meanwhile; then the upgrade fails.
        let _given_up = came.send(());
        match tokio::time::timeout(patience, upgrade).await {
            // A task of its own, which holds nothing of this one for weeks.
            Ok(Ok(upgraded)) => {
                let sockets = gateway.sockets.clone();
                sockets.spawn(socket::converse(gateway, upgraded, connection, orders, version, farewell));
            }
            _ => Box::pin(connection.disconnect()).await,
        }
    });
    // Taken in before the answer is sent: whoever has seen it and connects once more is the newer one.
    let _shut_down = taken_in.await;
    response
}

fn read(request: &Request<Incoming>, peer: Peer, certificate: Option<Arc<ClientCertificate>>) -> Knock {
    let headers = request.headers();
    let place = identity::read(request.uri().path());
    let user_agent =
        headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Knock {
        organisation: place.as_ref().and_then(|place| place.organisation),
        identity: place.map(|place| place.identity.as_str().to_owned()).unwrap_or_default(),
        path: request.uri().path().to_owned(),
        address: peer.address,
        subprotocols: offer::subprotocols(headers),
        user_agent,
        credentials: credentials::read(headers),
        tls: peer.tls,
        certificate,
    }
}

/// RFC 6455 §4.2.1, as far as it is not about us.
fn handshake(request: &Request<Incoming>) -> Result<(), Refused> {
    let headers = request.headers();
    if request.method() != Method::GET {
        return Err(Refused::new(StatusCode::METHOD_NOT_ALLOWED, "a WebSocket begins with GET"));
    }
    if !offer::has_word(headers, &header::CONNECTION, "upgrade") {
        return Err(Refused::new(StatusCode::BAD_REQUEST, "the header Connection: Upgrade is missing"));
    }
    if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(Refused::new(StatusCode::UPGRADE_REQUIRED, "Sec-WebSocket-Version must be 13"));
    }
    if !headers.contains_key(header::SEC_WEBSOCKET_KEY) {
        return Err(Refused::new(StatusCode::BAD_REQUEST, "the header Sec-WebSocket-Key is missing"));
    }
    Ok(())
}

async fn admit(gateway: &Gateway, knock: &Knock) -> Result<(Admission, Version), Refused> {
    let now = Instant::now();
    let address = counted(knock.address);
    let named = (knock.identity.clone(), address);
    let barred = gateway.by_address.barred(&address, now).max(gateway.by_identity.barred(&named, now));
    if let Some(wait) = barred.filter(|_| !gateway.app.recognises(knock)) {
        let refused =
            Refused::new(StatusCode::TOO_MANY_REQUESTS, "too many failed attempts; try again later");
        return Err(Refused { retry_after: Some(wait), ..refused });
    }
    let failed = |refused: Refused| {
        gateway.by_address.failed(address, Instant::now());
        gateway.by_identity.failed(named.clone(), Instant::now());
        refused
    };
    if knock.identity.is_empty() {
        const TEXT: &str = "no station identity in the path; the address ends in /ocpp/ and the identity";
        return Err(failed(Refused::listed(StatusCode::NOT_FOUND, TEXT, "no_identity")));
    }
    let Some((version, _)) = offer::choose(&knock.subprotocols) else {
        const TEXT: &str = "offer the WebSocket subprotocol ocpp2.0.1, ocpp2.1 or ocpp1.6";
        return Err(failed(Refused::listed(StatusCode::BAD_REQUEST, TEXT, "bad_subprotocol")));
    };
    const WRONG: &str = "unknown station or wrong password";
    match gateway.app.admit(knock).await {
        Ok(admission) => Ok((admission, version)),
        Err(Refusal::Unknown) => Err(failed(Refused::listed(StatusCode::UNAUTHORIZED, WRONG, "unknown"))),
        Err(Refusal::WrongPassword) => {
            Err(failed(Refused::listed(StatusCode::UNAUTHORIZED, WRONG, "wrong_password")))
        }
        Err(cause @ (Refusal::Downgrade | Refusal::BadCertificate(_))) => {
            let word = if cause == Refusal::Downgrade { "downgrade" } else { "bad_certificate" };
            let refused = Refused::listed(StatusCode::UNAUTHORIZED, WRONG, word);
            Err(failed(Refused { cause: Some(cause), ..refused }))
        }
        Err(Refusal::Occupied) => {
            Err(Refused::new(StatusCode::CONFLICT, "this station has another connection, and it is alive"))
        }
        Err(Refusal::Overloaded) => {
            let refused =
                Refused::new(StatusCode::SERVICE_UNAVAILABLE, "too many connections at once; try again");
            Err(Refused { retry_after: Some(Duration::ZERO), ..refused })
        }
    }
}

/// Tells the operator who was refused, behind the answer: its time must not tell a stranger anything. How many of these
/// run is bounded by the failures an address may have.
fn list(gateway: &Arc<Gateway>, knock: Knock, word: &'static str, cause: Option<Refusal>) {
    tracing::info!(address = %knock.address, identity = ?knock.identity, path = ?knock.path, word, "a station was refused");
    let gateway = gateway.clone();
    gateway.sockets.clone().spawn(async move {
        if let Err(error) = gateway.app.note_refused(&knock, word).await {
            tracing::warn!(%error, "a refused station could not be listed");
        }
        if let Some(cause) = cause {
            gateway.app.report_refusal(&knock, &cause).await;
        }
    });
}
