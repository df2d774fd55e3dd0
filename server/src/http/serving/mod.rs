//! The accept loop: HTTP/1.1 and nothing else, with a limit on connections and on how long one may wait for its client.
//!
//! A connection waits for its client while it is idle between requests, while a head or a body arrives, and while an
//! answer cannot be written. Each wait has a limit ([`progress`]), and at the limit of connections the one that has
//! waited longest gives way to a new one ([`places`]). An answer under way, such as a stream, has no limit.

mod connection;
mod descriptors;
mod places;
mod progress;

pub(crate) use places::{ConnectionLimits, Places};

use axum::Router;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long the loop waits after the system refused to accept, as without file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves `routes` until `shutdown`; then finishes the requests that are under way.
pub(crate) async fn serve(listener: TcpListener, routes: Router, places: Arc<Places>, shutdown: CancellationToken) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            Some(ended) = connections.join_next() => told(ended),
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    if let Some(place) = places.take(peer.ip()) {
                        connections.spawn(connection::run(stream, peer, place, routes.clone(), shutdown.clone()));
                    }
                }
                Err(error) => go_on(&error, &places).await,
            },
        }
    }
    drop(listener);
    while let Some(ended) = connections.join_next().await {
        told(ended);
    }
}

/// A request that panics is answered; this is a panic of the connection itself.
fn told(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection's task panicked");
    }
}

/// No error of `accept` ends the loop. One of a single connection is that client's matter; any other is the system's,
/// which may have no file descriptor left: a connection that waits for its client gives one back.
async fn go_on(error: &io::Error, places: &Places) {
    let is_clients = matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    );
    if !is_clients {
        places.accept_failed(error);
        tokio::time::sleep(PAUSE).await;
    }
}
