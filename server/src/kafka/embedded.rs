//! The embedded broker: a Kafka-protocol broker in this process, its log in memory. It restarts when its task ends.
//!
//! Memory is enough, because the outbox is the durable log. Each start is a new life with a cluster id of its own.

use nisshi_broker::broker::Broker;
use nisshi_broker::coordinator::group::administrator::{Controller, GroupCoordinatorConfig};
use nisshi_storage::ArcDynStorage;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;
use uuid::Uuid;

/// How every cluster id of an embedded broker begins.
pub const CLUSTER_ID_PREFIX: &str = "embedded-";
/// Ports that are tried, from the asked one on.
const PORTS_TRIED_MAX: u16 = 100;
/// The pause before a broker that ended is started again.
const RESTART_PAUSE: Duration = Duration::from_millis(200);

/// Finds the first free port from `port` on; 0 asks the system for any.
///
/// # Errors
/// When none of the ports tried is free.
pub fn free_port(port: u16) -> io::Result<u16> {
    let last = port.saturating_add(if port == 0 { 0 } else { PORTS_TRIED_MAX });
    for candidate in port..=last {
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)) {
            return Ok(listener.local_addr()?.port());
        }
    }
    Err(io::Error::new(io::ErrorKind::AddrInUse, format!("no port from {port} to {last} is free")))
}

/// Runs the broker on this port until shutdown; one that ends or panics is started again, with an empty log. Clients
/// are told `advertised_port`, which is another one when something stands between them and the broker.
pub async fn run(port: u16, advertised_port: u16, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let mut broker: JoinHandle<_> = tokio::spawn(live_once(port, advertised_port));
        tokio::select! {
            () = shutdown.cancelled() => {
                broker.abort();
                return;
            }
            ended = &mut broker => match ended {
                Ok(Ok(())) => tracing::warn!("the embedded broker ended; starting it again"),
                Ok(Err(error)) => tracing::warn!(%error, "the embedded broker failed; starting it again"),
                Err(error) => tracing::warn!(%error, "the embedded broker panicked; starting it again"),
            },
        }
        tokio::time::sleep(RESTART_PAUSE).await;
    }
}

/// One life of the broker.
async fn live_once(port: u16, advertised_port: u16) -> Result<(), String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let url = |text: String| Url::parse(&text).map_err(|error| words(&error));
    let loopback = |port: u16| url(format!("tcp://127.0.0.1:{port}"));
    let mut broker = Broker::<Controller<ArcDynStorage>, ArcDynStorage>::builder()
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
    broker.listen(tokio::time::Instant::now()).await.map_err(|error| words(&error))
}
