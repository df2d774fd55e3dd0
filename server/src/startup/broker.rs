//! Which cluster the shop talks to; the embedded broker is started for it. Connects to nothing.

use super::StartError;
use crate::config::{Broker, Config};
use pipeline::Tasks;
use pipeline::kafka::Cluster;
#[cfg(not(feature = "embedded-broker"))]
use std::io;
#[cfg(feature = "embedded-broker")]
use std::net::SocketAddr;
use streams::Streams;
use tokio_util::sync::CancellationToken;

/// The cluster that the configuration names; the embedded broker is started for it.
pub(super) async fn cluster(
    config: &Config,
    streams: Streams,
    tasks: &mut Tasks,
    shutdown: &CancellationToken,
) -> Result<Cluster, StartError> {
    let properties = config.kafka.properties.iter();
    let mut cluster = Cluster {
        name: String::new(),
        bootstrap_servers: String::new(),
        properties: properties.map(|(key, value)| (key.clone(), value.reveal().to_owned())).collect(),
        streams,
        partitions: config.kafka.topic_partitions.into(),
        replication: config.kafka.topic_replication.into(),
        server_id: uuid::Uuid::new_v4().simple().to_string(),
        is_embedded: false,
    };
    match &config.kafka.broker {
        Broker::Cluster { bootstrap_servers } => {
            cluster.name = format!("Kafka at {bootstrap_servers}");
            cluster.bootstrap_servers.clone_from(bootstrap_servers);
        }
        #[cfg(feature = "embedded-broker")]
        Broker::Embedded { port: asked } => {
            let listen = |error| StartError::Listen {
                variable: "KAFKA_EMBEDDED_PORT",
                addr: SocketAddr::from(([127, 0, 0, 1], *asked)),
                error,
            };
            let broker = pipeline::kafka::embedded::EmbeddedBroker::start(*asked).await.map_err(listen)?;
            let port = broker.port();
            if *asked != 0 && port != *asked {
                tracing::info!(asked, port, "KAFKA_EMBEDDED_PORT is taken; the embedded broker uses the next free one");
            }
            cluster.bootstrap_servers = format!("127.0.0.1:{port}");
            cluster.name = format!("embedded broker on {}", cluster.bootstrap_servers);
            cluster.is_embedded = true;
            tasks.spawn("embedded broker", broker.run(shutdown.clone()));
        }
        #[cfg(not(feature = "embedded-broker"))]
        Broker::Embedded { .. } => {
            let _ = (tasks, shutdown);
            return Err(io::Error::other("this build has no embedded broker; set KAFKA_BOOTSTRAP_SERVERS").into());
        }
    }
    Ok(cluster)
}
