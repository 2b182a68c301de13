//! A connection's byte stream, with its seat in the crowd, and a decent end.
//!
//! When we close first, what the station still sends must be read away for a moment: a socket closed with unread bytes
//! is reset, and the station would never see our close frame (1009 for a frame of megabytes). It interprets nothing.

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
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream<S> {
    pub fn new(inner: S, farewell: Farewell, seat: Seat) -> Self {
        Self { inner: Some(inner), farewell, seat: Some(seat) }
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
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.inner()?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.inner()?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner()?.poll_shutdown(cx)
    }
}
