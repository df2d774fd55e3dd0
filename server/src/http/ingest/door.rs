//! Who may bring events over HTTP, and how often.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use store::IngestLimits;

/// Who may bring events, and how many. By default nobody.
#[derive(Clone, Debug, Default)]
pub struct Ingest {
    /// Names by the SHA-256 of their tokens: to look one up tells nothing of the others.
    names: Arc<BTreeMap<[u8; 32], String>>,
    pub(super) limits: IngestLimits,
    limiter: Option<Arc<DefaultKeyedRateLimiter<String>>>,
}

impl Ingest {
    /// For these names and tokens; none of them: closed. At most so many requests a minute for each; 0: without limit.
    #[must_use]
    pub fn new<'t>(
        tokens: impl IntoIterator<Item = (&'t str, &'t str)>,
        limits: IngestLimits,
        requests_per_minute: u16,
    ) -> Ingest {
        let names = tokens.into_iter().map(|(name, token)| (hash(token), name.to_owned())).collect();
        let quota = NonZeroU32::new(requests_per_minute.into()).map(Quota::per_minute);
        Ingest { names: Arc::new(names), limits, limiter: quota.map(|quota| Arc::new(RateLimiter::keyed(quota))) }
    }

    /// Whose token a request carries.
    pub(super) fn name_of(&self, headers: &HeaderMap) -> Option<&str> {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        let name = self.names.get(&hash(token.trim()))?;
        scheme.eq_ignore_ascii_case("bearer").then_some(name)
    }

    /// How long this name has to wait before its next request; `None`: not at all.
    pub(super) fn wait_of(&self, name: &str) -> Option<Duration> {
        let until = self.limiter.as_ref()?.check_key(&name.to_owned()).err()?;
        Some(until.wait_time_from(DefaultClock::default().now()))
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
