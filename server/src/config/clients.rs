//! Limits for clients, and whose word about clients is taken.

use super::ConfigError;
use super::vars::Vars;
use crate::http::{Networks, RatesPerMinute};

/// What clients may do, and which proxies stand before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientsConfig {
    /// `TRUSTED_PROXIES`: whose `Forwarded` and `X-Forwarded-*` headers are believed; empty: nobody's address is.
    pub trusted_proxies: Networks,
    /// `CONNECTIONS_MAX`: how many connections the shop holds.
    pub connections_max: u16,
    /// `CONNECTIONS_PER_ADDRESS_MAX`: how many of them one client address holds.
    pub connections_per_address_max: u16,
    /// `RATE_LIMIT_*_PER_MINUTE`: what one client address may do in a minute.
    pub rates: RatesPerMinute,
}

impl ClientsConfig {
    pub(super) fn from_vars(vars: &Vars) -> Result<Self, ConfigError> {
        let name = "TRUSTED_PROXIES";
        let trusted_proxies = match vars.get(name)? {
            None => Networks::default(),
            Some(text) => Networks::parse(text).map_err(|part| {
                ConfigError::new(name, format!("{part:?} is neither an address nor a network such as 10.0.0.0/8"))
            })?,
        };
        Ok(ClientsConfig {
            trusted_proxies,
            connections_max: vars.number("CONNECTIONS_MAX", 2_000, 16..=60_000)?,
            connections_per_address_max: vars.number("CONNECTIONS_PER_ADDRESS_MAX", 200, 1..=60_000)?,
            rates: RatesPerMinute {
                orders: vars.number("RATE_LIMIT_ORDERS_PER_MINUTE", 60, 0..=60_000)?,
                feedback: vars.number("RATE_LIMIT_FEEDBACK_PER_MINUTE", 60, 0..=60_000)?,
                newsletter: vars.number("RATE_LIMIT_NEWSLETTER_PER_MINUTE", 10, 0..=60_000)?,
            },
        })
    }
}
