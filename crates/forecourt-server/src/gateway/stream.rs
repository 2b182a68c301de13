//! A connection's byte stream, with its seat in the crowd, and a decent end.
//!
//! When we close first, what the station still sends must be read away for a moment: a socket closed with unread bytes
//! is reset, and the station would never see our close frame (1009 for a frame of megabytes).
//!
//! It also puts the capital S back into `Sec-WebSocket-…`: hyper's title case writes `Sec-Websocket-…`, and there is
//! firmware that looks for the RFC's spelling letter by letter. It interprets nothing else.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::limits::Seat;

/// How long a closed connection is read away, and how much of it, in bytes.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: u64 = 4 * 1024 * 1024;

/// Set by whoever closes a connection that may still be sending.
#[derive(Debug, Clone, Default)]
pub struct Farewell(Arc<AtomicBool>);

impl Farewell {
    pub fn linger(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub struct Stream<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> {
    /// Taken when this is dropped.
    inner: Option<S>,
    farewell: Farewell,
    seat: Option<Seat>,
    /// Inside the head of a 101 answer.
    in_head: bool,
}

const HEAD_START: &[u8] = b"HTTP/1.1 101 ";
const HEAD_END: &[u8] = b"\r\n\r\n";
const TITLE_CASE: &[u8] = b"Sec-Websocket-";
const SPELLING: &[u8] = b"Sec-WebSocket-";

/// The same bytes with the RFC's spelling; the length stays.
fn respelled(head: &[u8]) -> Vec<u8> {
    let mut head = head.to_vec();
    let hits: Vec<usize> = head
        .windows(TITLE_CASE.len())
        .enumerate()
        .filter(|(_, part)| *part == TITLE_CASE)
        .map(|(at, _)| at)
        .collect();
    for at in hits {
        head[at..at + SPELLING.len()].copy_from_slice(SPELLING);
    }
    head
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream<S> {
    pub fn new(inner: S, farewell: Farewell, seat: Seat) -> Self {
        Self { inner: Some(inner), farewell, seat: Some(seat), in_head: false }
    }

    fn inner(&mut self) -> io::Result<Pin<&mut S>> {
        self.inner.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Drop for Stream<S> {
    fn drop(&mut self) {
        let (Some(mut inner), seat) = (self.inner.take(), self.seat.take()) else { return };
        let linger = self.farewell.0.load(Ordering::Relaxed);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if linger {
            runtime.spawn(async move {
                let drain = async {
                    inner.shutdown().await?;
                    tokio::io::copy(&mut (&mut inner).take(LINGER_BYTES), &mut tokio::io::sink()).await
                };
                // Whether it ended by itself or by the clock: the connection is over.
                let _ended = tokio::time::timeout(LINGER, drain).await;
                drop(seat);
            });
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.inner()?.poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncWrite for Stream<S> {
    /// Not vectored: the head of an answer must come in one piece.
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if !self.in_head && !buf.starts_with(HEAD_START) {
            return self.inner()?.poll_write(cx, buf);
        }
        let end = buf.windows(HEAD_END.len()).position(|part| part == HEAD_END).map(|at| at + HEAD_END.len());
        let head = respelled(&buf[..end.unwrap_or(buf.len())]);
        let written = std::task::ready!(self.inner()?.poll_write(cx, &head))?;
        self.in_head = end.is_none() || written < head.len();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner()?.poll_shutdown(cx)
    }
}
