//! The embedded broker: a Kafka-protocol broker in this process, its log in memory. It restarts when its task ends.
//!
//! Memory is enough, because the outbox is the durable log. Each start is a new life with a cluster id of its own.

use nisshi_broker::Error;
use nisshi_broker::broker::Broker;
use nisshi_broker::coordinator::group::administrator::{Controller, GroupCoordinatorConfig};
use nisshi_storage::ArcDynStorage;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::task::Poll;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

type MemoryBroker = Broker<Controller<ArcDynStorage>, ArcDynStorage>;

/// How every cluster id of an embedded broker begins.
pub const CLUSTER_ID_PREFIX: &str = "embedded-";
/// Ports that are tried, from the asked one on.
const PORTS_TRIED_MAX: u16 = 100;
/// The pause before a broker that ended is started again.
const RESTART_PAUSE: Duration = Duration::from_millis(200);

/// The broker in its first life: it listens already.
#[derive(Debug)]
pub struct EmbeddedBroker {
    port: u16,
    first_life: JoinHandle<Result<(), String>>,
}

/// Why a broker does not listen.
enum Refused {
    PortTaken,
    Other(String),
}

impl EmbeddedBroker {
    /// Listens on the first free port from `port` on; 0 asks the system for any. Whoever takes a port meanwhile keeps
    /// it: the next one is tried.
    ///
    /// # Errors
    /// When none of the ports tried is free, or the broker cannot be made.
    pub async fn start(port: u16) -> io::Result<EmbeddedBroker> {
        for attempt in 0..=PORTS_TRIED_MAX {
            let candidate = match port {
                0 => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port(),
                port => port.saturating_add(attempt),
            };
            match begin_life(candidate, candidate).await {
                Ok(first_life) => return Ok(EmbeddedBroker { port: candidate, first_life }),
                Err(Refused::PortTaken) => {}
                Err(Refused::Other(error)) => return Err(io::Error::other(error)),
            }
        }
        let last = port.saturating_add(PORTS_TRIED_MAX);
        Err(io::Error::new(io::ErrorKind::AddrInUse, format!("no port from {port} to {last} is free")))
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Runs it until shutdown; one that ends or panics is started again, with an empty log.
    pub async fn run(self, shutdown: CancellationToken) {
        live(self.first_life, &shutdown).await;
        run(self.port, self.port, shutdown).await;
    }
}

/// Runs a broker on this port until shutdown; one that ends or panics is started again, with an empty log. Clients are
/// told `advertised_port`, which is another one when something stands between them and the broker.
pub async fn run(port: u16, advertised_port: u16, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        match begin_life(port, advertised_port).await {
            Ok(life) => live(life, &shutdown).await,
            Err(Refused::PortTaken) => tracing::warn!(port, "another program listens where the embedded broker did"),
            Err(Refused::Other(error)) => tracing::warn!(error, "the embedded broker cannot be started; trying again"),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(RESTART_PAUSE) => {}
        }
    }
}

/// One life of the broker, to its end or to shutdown.
async fn live(mut life: JoinHandle<Result<(), String>>, shutdown: &CancellationToken) {
    tokio::select! {
        () = shutdown.cancelled() => life.abort(),
        ended = &mut life => match ended {
            Ok(Ok(())) => tracing::warn!("the embedded broker ended; starting it again"),
            Ok(Err(error)) => tracing::warn!(error, "the embedded broker failed; starting it again"),
            Err(error) => tracing::warn!(%error, "the embedded broker panicked; starting it again"),
        },
    }
}

/// Makes a broker and lets it listen.
async fn begin_life(port: u16, advertised_port: u16) -> Result<JoinHandle<Result<(), String>>, Refused> {
    let broker = make(port, advertised_port).await.map_err(Refused::Other)?;
    let mut listening = Box::pin(async move { broker.listen(tokio::time::Instant::now()).await });
    // It binds before it waits for anything: after the first look at it, it listens, or has said why not.
    match futures::poll!(listening.as_mut()) {
        Poll::Ready(Err(Error::ListenerInUse { .. })) => Err(Refused::PortTaken),
        Poll::Ready(Err(error)) => Err(Refused::Other(error.to_string())),
        Poll::Ready(Ok(())) => Err(Refused::Other("it ended at once".to_owned())),
        Poll::Pending => Ok(tokio::spawn(async move { listening.await.map_err(|error| error.to_string()) })),
    }
}

async fn make(port: u16, advertised_port: u16) -> Result<MemoryBroker, String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let url = |text: String| Url::parse(&text).map_err(|error| words(&error));
    let loopback = |port: u16| url(format!("tcp://127.0.0.1:{port}"));
    let mut broker = MemoryBroker::builder()
        .node_id(1)
        .cluster_id(format!("{CLUSTER_ID_PREFIX}{}", Uuid::new_v4().simple()))
        .incarnation_id(Uuid::new_v4())
        .advertised_listener(loopback(advertised_port)?)
        .listener(loopback(port)?)
        .storage(url("memory://pantry/".to_owned())?)
        .silent(true)
        .group_coordinator(GroupCoordinatorConfig {
            // Without this the first record of a group takes more than three seconds.
            initial_rebalance_delay: Duration::ZERO,
            ..GroupCoordinatorConfig::default()
        })
        .build()
        .await
        .map_err(|error| words(&error))?;
    broker.register().await.map_err(|error| words(&error))?;
    Ok(broker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn brokers_that_start_at_once_listen_on_ports_of_their_own() {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let starts = futures::future::join_all((0..8).map(|_| tokio::spawn(EmbeddedBroker::start(free)))).await;
        let mut ports: Vec<u16> = starts.into_iter().map(|started| started.unwrap().unwrap().port()).collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 8, "{ports:?}");
    }
}
