//! Which broker, which topics, and what goes to librdkafka as it is. Asks librdkafka whether it knows each property,
//! so that a misspelt one stops the start instead of being ignored. Connects to nothing.

use super::ConfigError;
use super::vars::Vars;
use domain::Secret;
use rdkafka::error::KafkaError;
use std::collections::BTreeMap;

const PREFIX: &str = "KAFKA_";
const OWN: [&str; 4] =
    ["KAFKA_BOOTSTRAP_SERVERS", "KAFKA_EMBEDDED_PORT", "KAFKA_TOPIC_PARTITIONS", "KAFKA_TOPIC_REPLICATION"];

/// Properties that exact counting rests on; Pantry sets them itself.
const RESERVED: [&str; 20] = [
    "acks",
    "allow.auto.create.topics",
    "auto.commit.enable",
    "auto.offset.reset",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.idempotence",
    "enable.partition.eof",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "isolation.level",
    "message.timeout.ms",
    "partition.assignment.strategy",
    "partitioner",
    "request.required.acks",
    "retries",
    "message.send.max.retries",
    "transactional.id",
];

/// The broker and the topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaConfig {
    /// `KAFKA_BOOTSTRAP_SERVERS`, `KAFKA_EMBEDDED_PORT`: which broker.
    pub broker: Broker,
    /// `KAFKA_TOPIC_PARTITIONS`: partitions of topics that Pantry creates.
    pub topic_partitions: u16,
    /// `KAFKA_TOPIC_REPLICATION`: copies of topics that Pantry creates.
    pub topic_replication: u16,
    /// `KAFKA_*` others: librdkafka's properties by their own names; values may be secrets.
    pub properties: BTreeMap<String, Secret>,
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broker {
    /// The one in this process.
    Embedded {
        /// `KAFKA_EMBEDDED_PORT`: where it listens; when taken, on the next free one. 0: any free one.
        port: u16,
    },
    /// A cluster outside.
    Cluster {
        /// `KAFKA_BOOTSTRAP_SERVERS`: `host:port`, several separated by commas.
        bootstrap_servers: String,
    },
}

impl KafkaConfig {
    pub(super) fn from_vars(vars: &Vars) -> Result<Self, ConfigError> {
        Ok(KafkaConfig {
            broker: broker(vars)?,
            topic_partitions: vars.number("KAFKA_TOPIC_PARTITIONS", 3, 1..=100)?,
            topic_replication: vars.number("KAFKA_TOPIC_REPLICATION", 1, 1..=10)?,
            properties: properties(vars)?,
        })
    }
}

fn broker(vars: &Vars) -> Result<Broker, ConfigError> {
    let name = "KAFKA_BOOTSTRAP_SERVERS";
    let port = vars.number("KAFKA_EMBEDDED_PORT", 9092, 0..=u16::MAX)?;
    let Some(value) = vars.get(name)? else {
        return if cfg!(feature = "embedded-broker") {
            Ok(Broker::Embedded { port })
        } else {
            Err(ConfigError::new(name, "must be set: this build has no embedded broker"))
        };
    };
    let servers: Vec<&str> = value.split(',').map(str::trim).collect();
    if let Some(wrong) = servers.iter().find(|server| !is_host_and_port(server)) {
        return Err(ConfigError::new(
            name,
            format!("{wrong:?} is not of the form host:port; several are separated by commas"),
        ));
    }
    Ok(Broker::Cluster { bootstrap_servers: servers.join(",") })
}

fn is_host_and_port(server: &str) -> bool {
    server.rsplit_once(':').is_some_and(|(host, port)| {
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let plain = !host.contains([':', '/']);
        let has_blank = host.contains(|letter: char| letter.is_whitespace() || letter.is_control());
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
        !host.is_empty()
            && (bracketed || plain)
            && !has_blank
            && is_number
            && port.parse().is_ok_and(|port: u16| port > 0)
    })
}

fn properties(vars: &Vars) -> Result<BTreeMap<String, Secret>, ConfigError> {
    let mut properties = BTreeMap::new();
    for variable in vars.with_prefix(PREFIX).filter(|name| !OWN.contains(name)) {
        let property = variable[PREFIX.len()..].to_lowercase().replace('_', ".");
        let value = vars.get(variable)?.unwrap_or_default();
        check_property(variable, &property, value, vars)?;
        properties.insert(property, Secret::new(value));
    }
    Ok(properties)
}

fn check_property(variable: &str, property: &str, value: &str, vars: &Vars) -> Result<(), ConfigError> {
    let refuse = |problem: String| Err(ConfigError::new(variable, problem));
    if !property.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
        return refuse("is no property of librdkafka's: their names have letters, digits and points only".to_owned());
    }
    if RESERVED.contains(&property) {
        return refuse(format!("{property} is set by Pantry itself, because exact counting rests on it; unset it"));
    }
    if property == "metadata.broker.list" {
        return refuse("name the brokers in KAFKA_BOOTSTRAP_SERVERS instead".to_owned());
    }
    if property == "security.protocol" && vars.get("KAFKA_BOOTSTRAP_SERVERS")?.is_none() {
        return refuse("needs KAFKA_BOOTSTRAP_SERVERS; the embedded broker speaks plain text only".to_owned());
    }
    match rdkafka::ClientConfig::new().set(property, value).create_native_config() {
        Ok(_) => Ok(()),
        // Only librdkafka's description: the error itself would show the value, which may be a secret. So does the
        // description where a value is none of those that it knows.
        Err(KafkaError::ClientConfig(_, description, ..)) if !description.starts_with("Invalid value \"") => {
            refuse(format!("librdkafka refuses {property}: {description}"))
        }
        Err(KafkaError::ClientConfig(..)) => refuse(format!("librdkafka refuses {property}: it knows no such value")),
        Err(_) => refuse(format!("librdkafka refuses {property}")),
    }
}
