//! How many connections each listener holds, and what clients may do. Called by `start`.

use crate::config::{ClientsConfig, Config};
use crate::http::serving::ConnectionLimits;
use crate::http::{Clients, Networks, RateLimits};
use std::sync::Arc;

/// The most connections that the metrics' listener holds.
const METRICS_CONNECTIONS_MAX: usize = 64;

/// The limits of the shop's listener.
pub(super) fn limits(config: &Config) -> ConnectionLimits {
    let clients = &config.clients;
    ConnectionLimits {
        all_max: clients.connections_max.into(),
        per_address_max: clients.connections_per_address_max.into(),
        proxies: clients.trusted_proxies.clone(),
    }
}

/// Those of Prometheus' listener.
pub(super) fn metrics_limits() -> ConnectionLimits {
    let all_max = METRICS_CONNECTIONS_MAX;
    ConnectionLimits { all_max, per_address_max: all_max, proxies: Networks::default() }
}

/// Who the clients are, and how much they may do.
pub(super) fn clients(config: &ClientsConfig) -> Clients {
    Clients { trusted_proxies: config.trusted_proxies.clone(), rate_limits: Arc::new(RateLimits::new(config.rates)) }
}
