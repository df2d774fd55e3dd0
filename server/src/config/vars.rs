//! The variables as they came, and the checks that several of them share. Knows no meaning; only `config` uses it.

use super::ConfigError;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

pub(super) struct Vars(BTreeMap<String, String>);

impl Vars {
    pub(super) fn new(vars: impl Iterator<Item = (String, String)>) -> Self {
        Vars(vars.collect())
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<&str>, ConfigError> {
        match self.0.get(name).map(String::as_str) {
            // What was no UTF-8 arrives with this character in it.
            Some(value) if value.contains('\u{FFFD}') => Err(ConfigError::new(name, "is not valid UTF-8")),
            Some(value) if value.contains('\0') => Err(ConfigError::new(name, "contains a zero byte")),
            value => Ok(value),
        }
    }

    pub(super) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str).filter(move |name| name.starts_with(prefix))
    }

    pub(super) fn path(&self, name: &str, default: &str) -> Result<String, ConfigError> {
        match self.get(name)?.unwrap_or(default) {
            "" => Err(ConfigError::new(name, format!("is empty; name a folder, or unset it for {default}"))),
            path => Ok(path.to_owned()),
        }
    }

    pub(super) fn socket_addr(&self, name: &str, default: &str) -> Result<SocketAddr, ConfigError> {
        let value = self.get(name)?.unwrap_or(default);
        value
            .parse()
            .map_err(|_| ConfigError::new(name, format!("{value:?} is not an address and port such as {default}")))
    }

    pub(super) fn number<N: PartialOrd + FromStr + Display>(
        &self,
        name: &str,
        default: N,
        range: RangeInclusive<N>,
    ) -> Result<N, ConfigError> {
        let Some(value) = self.get(name)? else {
            return Ok(default);
        };
        let number =
            value.parse().ok().filter(|number| range.contains(number) && value.bytes().all(|b| b.is_ascii_digit()));
        number.ok_or_else(|| {
            let (from, to) = range.into_inner();
            ConfigError::new(name, format!("{value:?} is not a whole number from {from} to {to}"))
        })
    }
}
