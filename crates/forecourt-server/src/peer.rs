//! The other end of a connection, as the accept loop saw it.

use std::net::IpAddr;

/// Put into each request as `ConnectInfo<Peer>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    pub address: IpAddr,
    pub tls: bool,
}
