//! Configuration: environment variables only, read and checked once, before anything starts.
//!
//! Never asks the environment itself: `main` hands the variables in, so that tests are tables. Each subsystem has a
//! struct of its own; each field's documentation names its variable, and `.env.sample` explains every one.

mod clients;
mod ingest;
mod kafka;
mod mail;
mod owner;
mod place;
mod vars;
mod webhook;

pub use clients::ClientsConfig;
pub use ingest::IngestConfig;
pub use kafka::{Broker, KafkaConfig};
pub use place::{DataConfig, Database, SiteConfig};

use domain::Secret;
use sinks::mailer::MailConfig;
use sinks::webhook::WebhookConfig;
use std::net::SocketAddr;
use std::time::Duration;
use store::DatabaseOptions;
use vars::Vars;

/// Every variable that has a name of its own. `KAFKA_*` others are librdkafka's.
pub const VARIABLES: [&str; 38] = [
    "LEPTOS_SITE_ADDR",
    "LEPTOS_SITE_ROOT",
    "DATABASE_URL",
    "DATABASE_READ_CONNECTIONS_MAX",
    "DATABASE_STATEMENT_TIMEOUT_SECONDS",
    "PAGE_VIEWS_WAITING_MAX",
    "DATA_DIR",
    "STREAMS_DIR",
    "DEAD_LETTERS_KEEP_DAYS",
    "ORDERS_EMAIL_KEEP_DAYS",
    "KAFKA_BOOTSTRAP_SERVERS",
    "KAFKA_EMBEDDED_PORT",
    "KAFKA_TOPIC_PARTITIONS",
    "KAFKA_TOPIC_REPLICATION",
    "ADMIN_PASSWORD",
    "METRICS_ADDR",
    "SYSTEM_STATS_SECONDS",
    "TRUSTED_PROXIES",
    "CONNECTIONS_MAX",
    "CONNECTIONS_PER_ADDRESS_MAX",
    "RATE_LIMIT_ORDERS_PER_MINUTE",
    "RATE_LIMIT_FEEDBACK_PER_MINUTE",
    "RATE_LIMIT_NEWSLETTER_PER_MINUTE",
    "INGEST_TOKENS",
    "INGEST_DEDUPE_HOURS",
    "INGEST_LATE_HOURS",
    "RATE_LIMIT_INGEST_PER_MINUTE",
    "SMTP_URL",
    "MAIL_FROM",
    "PUBLIC_URL",
    "ALERT_WEBHOOK_URL",
    "ALERT_WEBHOOK_SECRET",
    "LAKE_URL",
    "RUST_LOG",
    "LOG_FORMAT",
    "LEPTOS_WATCH",
    "LEPTOS_RELOAD_PORT",
    "PANTRY_CRASH_AT",
];

/// A variable that is malformed or cannot be used, in one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", .variable.escape_debug())]
pub struct ConfigError {
    /// The variable's name.
    pub variable: String,
    /// What is wrong with its value. Never shows a secret.
    pub problem: String,
}

impl ConfigError {
    pub(crate) fn new(variable: impl Into<String>, problem: impl Into<String>) -> Self {
        ConfigError { variable: variable.into(), problem: problem.into() }
    }
}

/// Everything that can be set from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the shop listens and finds its static files.
    pub site: SiteConfig,
    /// Where things are kept.
    pub data: DataConfig,
    /// Broker and topics.
    pub kafka: KafkaConfig,
    /// `ADMIN_PASSWORD`: the owner's password; `None`: a random one is made at the first start.
    pub admin_password: Option<Secret>,
    /// `METRICS_ADDR`: where Prometheus' figures are served, on a listener of their own.
    pub metrics_addr: SocketAddr,
    /// `SYSTEM_STATS_SECONDS`: how often it looks how busy it is; `None`: never.
    pub system_stats_every: Option<Duration>,
    /// What clients may do, and which proxies stand before them.
    pub clients: ClientsConfig,
    /// Events that come over HTTP.
    pub ingest: IngestConfig,
    /// Where alerts are sent; `None`: they are shown alone.
    pub webhook: Option<WebhookConfig>,
    /// How customers' mails go out; `None`: none is sent.
    pub mail: Option<MailConfig>,
    /// `RUST_LOG`: which log lines are written; `None`: Pantry's own from level info on.
    pub log_filter: Option<String>,
    /// `LOG_FORMAT`: whether log lines are JSON objects.
    pub is_log_json: bool,
    /// `PANTRY_CRASH_AT`: the step at which a debug build dies, for the fault tests.
    pub crash_at: Option<String>,
}

impl Config {
    /// Reads and checks all of it.
    ///
    /// # Errors
    /// The first variable that is malformed, in the order of `.env.sample`.
    pub fn from_env(vars: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let vars = Vars::new(vars);
        let config = Config {
            site: SiteConfig::from_vars(&vars)?,
            data: DataConfig::from_vars(&vars)?,
            kafka: KafkaConfig::from_vars(&vars)?,
            admin_password: owner::admin_password(&vars)?,
            metrics_addr: vars.socket_addr("METRICS_ADDR", "127.0.0.1:9464")?,
            system_stats_every: system_stats_every(&vars)?,
            clients: ClientsConfig::from_vars(&vars)?,
            ingest: IngestConfig::from_vars(&vars)?,
            mail: mail::from_vars(&vars)?,
            webhook: webhook::from_vars(&vars)?,
            log_filter: vars.get("RUST_LOG")?.map(str::to_owned),
            is_log_json: is_log_json(&vars)?,
            crash_at: vars.get("PANTRY_CRASH_AT")?.filter(|step| !step.is_empty()).map(str::to_owned),
        };
        match vars.get("LAKE_URL")? {
            None => Ok(config),
            Some(_) => Err(ConfigError::new("LAKE_URL", "a data lake is not supported by this version yet; unset it")),
        }
    }

    /// The database as the store takes it, for a server.
    #[must_use]
    pub fn database_options(&self) -> DatabaseOptions {
        DatabaseOptions { sends_mail: self.mail.is_some(), ..self.data.database_options() }
    }
}

fn system_stats_every(vars: &Vars) -> Result<Option<Duration>, ConfigError> {
    let seconds: u64 = vars.number("SYSTEM_STATS_SECONDS", 5, 0..=3_600)?;
    Ok((seconds > 0).then(|| Duration::from_secs(seconds)))
}

fn is_log_json(vars: &Vars) -> Result<bool, ConfigError> {
    match vars.get("LOG_FORMAT")? {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(other) => Err(ConfigError::new("LOG_FORMAT", format!("{other:?} is neither text nor json"))),
    }
}

#[cfg(test)]
mod mail_tests;
#[cfg(test)]
mod tests;
