//! The socket that waits for connections.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait to be accepted. After an outage every station comes at once, and one that finds no place
/// tries again only after a second. (Linux takes no more than `net.core.somaxconn`.)
const WAITING: u32 = 16_384;

pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restarted server takes its port back at once.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};

    /// More than any default backlog, fewer than Linux allows since 5.4 (4,096).
    const AT_ONCE: usize = 2_000;

    #[tokio::test]
    async fn a_crowd_waits_without_being_turned_away() {
        let _ = rlimit::increase_nofile_limit(AT_ONCE as u64 + 500);
        let listener = super::listen((Ipv4Addr::LOCALHOST, 0).into()).expect("listens");
        let address = listener.local_addr().expect("an address");
        // Nobody accepts: each of them is taken in by the queue alone, well before a second try.
        let crowd =
            (0..AT_ONCE).map(|_| TcpStream::connect_timeout(&address, std::time::Duration::from_millis(900)));
        let crowd: Result<Vec<_>, _> = crowd.collect();
        assert_eq!(crowd.expect("everybody has a place").len(), AT_ONCE);
    }
}
