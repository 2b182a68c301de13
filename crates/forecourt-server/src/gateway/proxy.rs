//! A proxy in front that ends TLS: what it says about a request is believed, what anybody else says is not.

use std::net::IpAddr;

use http::HeaderMap;

use crate::peer::Peer;

/// Addresses of proxies that say in `X-Forwarded-Proto` how a request reached them.
#[derive(Debug, Clone, Default)]
pub struct Proxies(pub Vec<IpAddr>);

impl Proxies {
    /// The other end as it came to the proxy, where the request came through one.
    pub fn seen(&self, peer: Peer, headers: &HeaderMap) -> Peer {
        if !self.0.contains(&peer.address) {
            return peer;
        }
        let said = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
        let tls = said.is_some_and(|word| ["https", "wss"].iter().any(|tls| word.eq_ignore_ascii_case(tls)));
        Peer { tls: peer.tls || tls, ..peer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn only_a_proxy_is_believed() {
        let address: IpAddr = "10.0.0.1".parse().unwrap();
        let peer = Peer { address, tls: false };
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        assert!(Proxies(vec![address]).seen(peer, &headers).tls);
        assert!(!Proxies::default().seen(peer, &headers).tls);
        headers.insert("x-forwarded-proto", HeaderValue::from_static("http"));
        assert!(!Proxies(vec![address]).seen(peer, &headers).tls);
    }
}
