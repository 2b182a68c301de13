//! Services of others, asked by an address that an operator gave us.
//!
//! An operator of one organisation is not the operator of this machine: an address must not lead into its network
//! (threat 13). Only https, only public addresses, no redirects, small answers, short waits; what the machine's own
//! operator lists in `outside_hosts` is exempt.

mod dial;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub(crate) use dial::{DialError, Line};
pub(crate) use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, RequestBuilder, redirect};
use tokio_rustls::rustls::ClientConfig;

/// Longest wait for an outside service: a station waits for some of these answers.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest address taken, in bytes.
const URL_MAX_BYTES: usize = 512;

/// Why an outside service did not answer.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    #[error("{0}")]
    Forbidden(String),
    #[error("it answered with status {0}")]
    Status(u16),
    #[error("it answered with more than {0} bytes")]
    TooLong(usize),
    #[error("it did not answer")]
    Silent,
}

/// What the machine's operator allows.
#[derive(Debug, Clone, Default)]
pub struct OutsideRules {
    /// Host names or addresses that may be private and may be asked without TLS.
    pub hosts: Vec<String>,
    /// Further roots for https, DER.
    pub roots: Vec<Vec<u8>>,
}

/// One request.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    pub url: &'a str,
    /// Sent as a bearer token.
    pub token: Option<&'a str>,
    pub headers: &'a [(&'a str, String)],
    pub content_type: &'a str,
    pub accept: &'a str,
    pub body: Vec<u8>,
    pub max_bytes: usize,
}

/// What is done with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Get,
    Post,
}

/// The way out.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    client: Option<Client>,
    hosts: Arc<[String]>,
    roots: Arc<[Vec<u8>]>,
    /// Of connections that are not http; made when it is first needed.
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Outside {
    pub fn new(rules: &OutsideRules) -> Self {
        let hosts: Arc<[String]> = rules.hosts.iter().map(|host| host.to_lowercase()).collect();
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            // A proxy would resolve names behind our back.
            .no_proxy()
            .user_agent("forecourt")
            .dns_resolver(Arc::new(PublicOnly(hosts.clone())));
        let roots: Vec<Certificate> =
            rules.roots.iter().filter_map(|der| Certificate::from_der(der).ok()).collect();
        if !roots.is_empty() {
            builder = builder.tls_certs_merge(roots);
        }
        let client = builder.build();
        if let Err(error) = &client {
            tracing::error!(%error, "outside services cannot be asked");
        }
        Self { client: client.ok(), hosts, roots: rules.roots.clone().into(), tls: Arc::default() }
    }

    fn is_exempt(&self, host: &str) -> bool {
        self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host))
    }

    /// What an address shows by itself. Names are checked again when they are resolved, which is what counts.
    pub fn check_url(&self, url: &str) -> Result<Url, OutsideError> {
        let forbidden = |text: &str| OutsideError::Forbidden(text.to_owned());
        if url.len() > URL_MAX_BYTES {
            return Err(forbidden("the address is too long"));
        }
        let url = Url::parse(url).map_err(|_| forbidden("not an address (https://…)"))?;
        let host = url.host_str().ok_or_else(|| forbidden("the address names no host"))?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let exempt = self.is_exempt(bare);
        match url.scheme() {
            "https" => {}
            "http" if exempt => {}
            _ => return Err(forbidden("only https addresses are asked")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(forbidden("the address holds a user name or password"));
        }
        if let Ok(address) = bare.parse::<IpAddr>()
            && !exempt
            && !is_public(address)
        {
            return Err(forbidden(PRIVATE));
        }
        if !exempt && is_local_name(bare) {
            return Err(forbidden(PRIVATE));
        }
        Ok(url)
    }

    /// OCSP responders are plain http by design (RFC 6960): their answers are signed.
    pub fn check_ocsp_url(&self, url: &str) -> Result<Url, OutsideError> {
        match url.strip_prefix("http://") {
            Some(rest) => {
                self.check_url(&format!("https://{rest}"))?;
                Url::parse(url).map_err(|_| OutsideError::Forbidden("not an address".into()))
            }
            None => self.check_url(url),
        }
    }

    pub async fn post(&self, ask: Ask<'_>) -> Result<Vec<u8>, OutsideError> {
        let url = self.check_url(ask.url)?;
        self.send(url, ask).await
    }

    pub async fn post_ocsp(&self, ask: Ask<'_>) -> Result<Vec<u8>, OutsideError> {
        let url = self.check_ocsp_url(ask.url)?;
        self.send(url, ask).await
    }

    /// Reads a document.
    pub async fn get(&self, url: &str, accept: &str, max_bytes: usize) -> Result<Vec<u8>, OutsideError> {
        let url = self.check_url(url)?;
        let client = self.client.as_ref().ok_or(OutsideError::Silent)?;
        match answer(client.get(url).header("accept", accept), max_bytes).await? {
            (status, _) if !(200..300).contains(&status) => Err(OutsideError::Status(status)),
            (_, body) => Ok(body),
        }
    }

    /// Sends a form; answers whatever status came with its body, which says what was wrong.
    pub async fn post_form(
        &self,
        url: &str,
        fields: &[(&str, &str)],
        basic: Option<(&str, &str)>,
        max_bytes: usize,
    ) -> Result<(u16, Vec<u8>), OutsideError> {
        let url = self.check_url(url)?;
        let client = self.client.as_ref().ok_or(OutsideError::Silent)?;
        let mut request = client
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(form(fields));
        if let Some((name, secret)) = basic {
            request = request.basic_auth(name, Some(secret));
        }
        answer(request, max_bytes).await
    }

    /// Answers whatever status came with its body, which says what was wrong.
    pub async fn exchange(&self, call: Call, ask: Ask<'_>) -> Result<(u16, Vec<u8>), OutsideError> {
        let url = self.check_url(ask.url)?;
        self.asked(call, url, ask).await
    }

    async fn send(&self, url: Url, ask: Ask<'_>) -> Result<Vec<u8>, OutsideError> {
        match self.asked(Call::Post, url, ask).await? {
            (status, _) if !(200..300).contains(&status) => Err(OutsideError::Status(status)),
            (_, body) => Ok(body),
        }
    }

    async fn asked(&self, call: Call, url: Url, ask: Ask<'_>) -> Result<(u16, Vec<u8>), OutsideError> {
        let client = self.client.as_ref().ok_or(OutsideError::Silent)?;
        let request = match call {
            Call::Get => client.get(url),
            Call::Post => client.post(url).header("content-type", ask.content_type).body(ask.body),
        };
        let mut request = request.header("accept", ask.accept);
        if let Some(token) = ask.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in ask.headers {
            request = request.header(*name, value);
        }
        answer(request, ask.max_bytes).await
    }
}

async fn answer(request: RequestBuilder, max_bytes: usize) -> Result<(u16, Vec<u8>), OutsideError> {
    let mut response = request.send().await.map_err(|error| silent(&error))?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| silent(&error))? {
        if body.len() + part.len() > max_bytes {
            if (200..300).contains(&status) {
                return Err(OutsideError::TooLong(max_bytes));
            }
            // Of a refusal the beginning will do.
            break;
        }
        body.extend_from_slice(&part);
    }
    Ok((status, body))
}

/// `application/x-www-form-urlencoded`.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    Url::parse_with_params("form:", fields)
        .ok()
        .and_then(|url| url.query().map(str::to_owned))
        .unwrap_or_default()
}

const PRIVATE: &str =
    "the address is of a private network; the operator of this server may allow it (outside_hosts)";

fn silent(error: &reqwest::Error) -> OutsideError {
    tracing::info!(%error, "an outside service did not answer");
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = cause {
        if inner.downcast_ref::<PrivateAddress>().is_some() {
            return OutsideError::Forbidden(PRIVATE.into());
        }
        cause = inner.source();
    }
    OutsideError::Silent
}

#[derive(Debug, thiserror::Error)]
#[error("a name leads into a private network")]
struct PrivateAddress;

/// Resolves names and keeps what is not public out; the connection is made to what was checked, so that a name that
/// changes between check and use gains nothing.
#[derive(Debug)]
struct PublicOnly(Arc<[String]>);

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let exempt = self.0.iter().any(|allowed| allowed.eq_ignore_ascii_case(&host));
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let usable: Vec<SocketAddr> =
                found.iter().copied().filter(|address| exempt || is_public(address.ip())).collect();
            if usable.is_empty() && !found.is_empty() {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

fn is_local_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_lowercase();
    host == "localhost"
        || [".localhost", ".local", ".internal", ".home.arpa"].iter().any(|end| host.ends_with(end))
}

/// Whether an address is of the open Internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        // Shared by carriers (RFC 6598), protocol assignments, 6to4 relays, benchmarks.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    // Only global unicast, without documentation, 6to4, Teredo and NAT64, which hide IPv4 addresses inside.
    let global = parts[0] & 0xe000 == 0x2000;
    let hidden = parts[0] == 0x2002
        || (parts[0] == 0x2001 && (parts[1] < 0x200 || parts[1] == 0xdb8))
        || parts[0] == 0x3fff;
    global && !hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_inside_are_recognised() {
        let inside = [
            "127.0.0.1",
            "127.8.8.8",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "ff02::1",
            "2001:db8::1",
        ];
        for text in inside {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
        for text in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn only_public_https_addresses_pass() {
        let outside = Outside::new(&OutsideRules::default());
        let refused = [
            "http://ca.example.com/",
            "ftp://ca.example.com/",
            "file:///etc/passwd",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://localhost:9000/",
            "https://db.internal/",
            "https://169.254.169.254/latest/meta-data",
            "https://user:secret@ca.example.com/",
            "https://",
            "nonsense",
            "https://[::ffff:10.0.0.1]/",
            "https://printer.local/",
        ];
        for url in refused {
            assert!(outside.check_url(url).is_err(), "{url}");
        }
        assert!(outside.check_url("https://ca.example.com/sign").is_ok());
        assert!(outside.check_ocsp_url("http://ocsp.example.com/").is_ok());
        assert!(outside.check_ocsp_url("http://10.0.0.1/").is_err());
        let allowed = Outside::new(&OutsideRules { hosts: vec!["127.0.0.1".into()], roots: Vec::new() });
        assert!(allowed.check_url("http://127.0.0.1:8080/").is_ok());
        assert!(allowed.check_url("http://127.0.0.2:8080/").is_err());
    }

    #[test]
    fn a_form_is_written_as_browsers_write_it() {
        let fields =
            [("grant_type", "authorization_code"), ("redirect_uri", "https://a.example/b?c=d&e f+ä")];
        let text =
            "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fa.example%2Fb%3Fc%3Dd%26e+f%2B%C3%A4";
        assert_eq!(form(&fields), text);
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let resolver = PublicOnly(Arc::from(Vec::new()));
        let name: Name = "localhost".parse().expect("a name");
        assert!(resolver.resolve(name).await.is_err());
        let resolver = PublicOnly(Arc::from(vec!["localhost".to_owned()]));
        assert!(resolver.resolve("localhost".parse().expect("a name")).await.is_ok());
    }
}
