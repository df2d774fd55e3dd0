//! One connection: HTTP/1.1 requests one after the other, with the limits of its head, and its progress written down.

use super::places::Place;
use super::progress::Progress;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// The largest head of a request, in bytes; beyond it the answer is 431.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// The most header fields of a request; beyond it the answer is 431.
const HEADERS_MAX: usize = 100;
/// How often a connection's time limits are looked at.
const CHECK_EVERY: Duration = Duration::from_secs(1);

/// Serves one connection until either side ends it, its client is too slow, or it must give way.
pub(super) async fn run(
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
    routes: Router,
    shutdown: CancellationToken,
) {
    // An event of a stream leaves at once; where the system refuses that, it leaves a little later.
    let _ = stream.set_nodelay(true);
    let progress = &place.progress;
    let io = Watched { io: TokioIo::new(stream), progress: Arc::clone(progress) };
    let service = service_fn(|request| answer(request, peer, routes.clone(), Arc::clone(progress)));
    let connection = http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        // Its time limit is that of `progress`, which tells a head that began from a connection that is idle.
        .header_read_timeout(None)
        .serve_connection(io, service);
    let mut connection = pin!(connection);
    let mut checks = interval_at(Instant::now() + CHECK_EVERY, CHECK_EVERY);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke off");
                }
                return;
            }
            () = place.evicted.cancelled() => return,
            () = shutdown.cancelled(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = checks.tick() => {
                if progress.is_overdue(Instant::now(), is_stopping) {
                    place.timed_out();
                    return;
                }
            }
        }
    }
}

async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    routes: Router,
    progress: Arc<Progress>,
) -> Result<Response<Body>, Infallible> {
    progress.request_began(!request.body().is_end_stream());
    let mut request = request.map(|body| Body::new(Posted { body, progress: Arc::clone(&progress) }));
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = routes.oneshot(request).await?;
    Ok(response.map(|body| Body::new(Answer { body, progress })))
}

/// The stream, which tells of the bytes that pass.
struct Watched {
    io: TokioIo<TcpStream>,
    progress: Arc<Progress>,
}

impl Watched {
    fn told(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.progress.wrote(written.is_pending());
        written
    }
}

impl Read for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.io).poll_read(cx, buf);
        // At the end of the stream nothing was read; then the connection ends anyway.
        if read.is_ready() {
            self.progress.read();
        }
        read
    }
}

impl Write for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(cx, buf);
        self.told(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.told(written)
    }
}

/// The body of a request, which tells when it is whole.
struct Posted {
    body: Incoming,
    progress: Arc<Progress>,
}

impl HttpBody for Posted {
    type Data = <Incoming as HttpBody>::Data;
    type Error = <Incoming as HttpBody>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None)) || self.body.is_end_stream() {
            self.progress.body_ended();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        self.progress.body_ended();
    }
}

/// The body of an answer, which tells when it was handed over whole.
struct Answer {
    body: Body,
    progress: Arc<Progress>,
}

impl HttpBody for Answer {
    type Data = <Body as HttpBody>::Data;
    type Error = <Body as HttpBody>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.progress.answered();
    }
}
