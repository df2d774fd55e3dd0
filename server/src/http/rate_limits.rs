//! Rate limits per client address for what strangers can make the shop store: orders, feedback and newsletter forms.
//! Generous: they stop a script, never a customer.
//!
//! Clients on the loopback interface have no limit: simulated customers, tests and benchmarks come from there, and so
//! do all customers of a shop behind a proxy on the same machine that `TRUSTED_PROXIES` does not name.

use super::client_address::{Client, network_of};
use super::plain_page::plain_page;
use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// No more addresses are remembered for one limit, about 5 MB. When so many are active at once, further ones pass
/// without a limit: selling comes first.
const ADDRESSES_MAX: usize = 50_000;
/// How often the addresses that were quiet are looked for, at most.
const FORGET_EVERY: Duration = Duration::from_secs(1);

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Order,
    Feedback,
    Newsletter,
}

impl Action {
    fn of(request: &Request) -> Option<Action> {
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/order-new" | "/api/orders") => Some(Action::Order),
            (&Method::POST, "/order-new-complete") => Some(Action::Feedback),
            (&Method::POST, "/newsletter") => Some(Action::Newsletter),
            _ => None,
        }
    }
}

/// How many of each are allowed in a minute; 0: without limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RatesPerMinute {
    /// Orders, with and without JavaScript.
    pub orders: u16,
    /// Feedback on orders.
    pub feedback: u16,
    /// Newsletter forms: each may send a mail to somebody else.
    pub newsletter: u16,
}

/// The limits and who has used how much of them.
#[derive(Debug, Default)]
pub struct RateLimits {
    orders: Option<Limit>,
    feedback: Option<Limit>,
    newsletter: Option<Limit>,
}

#[derive(Debug)]
struct Limit {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    forgot_at: Mutex<Option<Instant>>,
}

impl RateLimits {
    /// Limits of these rates.
    #[must_use]
    pub fn new(rates: RatesPerMinute) -> Self {
        let limit = |rate: u16| NonZeroU32::new(rate.into()).map(Limit::new);
        RateLimits { orders: limit(rates.orders), feedback: limit(rates.feedback), newsletter: limit(rates.newsletter) }
    }

    fn of(&self, action: Action) -> Option<&Limit> {
        match action {
            Action::Order => self.orders.as_ref(),
            Action::Feedback => self.feedback.as_ref(),
            Action::Newsletter => self.newsletter.as_ref(),
        }
    }
}

impl Limit {
    fn new(per_minute: NonZeroU32) -> Self {
        let limiter = RateLimiter::dashmap(Quota::per_minute(per_minute));
        Limit { limiter, clock: DefaultClock::default(), forgot_at: Mutex::default() }
    }

    /// Takes one of what the address is allowed.
    ///
    /// # Errors
    /// When nothing is left: how long until there is.
    fn take(&self, address: IpAddr) -> Result<(), Duration> {
        if self.limiter.len() >= ADDRESSES_MAX && !self.forget_quiet() {
            return Ok(());
        }
        self.limiter.check_key(&network_of(address)).map_err(|until| until.wait_time_from(self.clock.now()))
    }

    /// Forgets the addresses that have their whole allowance again; whether there is room then.
    fn forget_quiet(&self) -> bool {
        let mut forgot_at = self.forgot_at.lock().unwrap_or_else(PoisonError::into_inner);
        if forgot_at.is_none_or(|at| at.elapsed() >= FORGET_EVERY) {
            self.limiter.retain_recent();
            *forgot_at = Some(Instant::now());
        }
        self.limiter.len() < ADDRESSES_MAX
    }
}

/// In a request's extensions: its client has nothing left, so a form is to be shown again with what was typed.
#[derive(Clone, Copy, Debug)]
pub(super) struct NothingLeft;

/// The layer. A form without JavaScript goes on to its handler, which shows it again; anything else is answered here.
pub(super) async fn limit_rate(State(limits): State<Arc<RateLimits>>, mut request: Request, next: Next) -> Response {
    let client = Client::of(request.extensions());
    let Some(action) = Action::of(&request).filter(|_| is_limited(client.address)) else {
        return next.run(request).await;
    };
    let Some(Err(wait)) = limits.of(action).map(|limit| limit.take(client.address)) else {
        return next.run(request).await;
    };
    tracing::debug!(address = %client.address, ?action, "a client is over its rate limit");
    let mut response = match request.uri().path() {
        "/order-new" | "/order-new-complete" | "/newsletter" => {
            request.extensions_mut().insert(NothingLeft);
            next.run(request).await
        }
        // The form's island knows this word and keeps what was typed.
        "/api/orders" => (StatusCode::TOO_MANY_REQUESTS, app::ShopError::BUSY_WORD).into_response(),
        _ => plain_page(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many requests",
            "Too much came from your network in a short time. Wait a minute, then try again.",
        ),
    };
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    response
}

/// A router that is driven without a listener knows no address.
fn is_limited(address: IpAddr) -> bool {
    !address.is_loopback() && !address.is_unspecified()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_has_its_own_allowance() {
        let limit = Limit::new(NonZeroU32::new(2).unwrap());
        let take = |address: &str| limit.take(address.parse().unwrap());
        assert!(take("192.0.2.1").is_ok() && take("::ffff:192.0.2.1").is_ok());
        let wait = take("192.0.2.1").unwrap_err();
        assert!(wait <= Duration::from_secs(30), "{wait:?}");
        assert!(take("192.0.2.2").is_ok());
        assert!(take("2001:db8::1").is_ok() && take("2001:db8::2").is_ok());
        assert!(take("2001:db8::3").is_err() && take("2001:db8:0:1::1").is_ok());
    }

    #[test]
    fn memory_is_bounded_and_who_does_not_fit_passes() {
        let limit = Limit::new(NonZeroU32::MIN);
        for index in 0..u32::try_from(ADDRESSES_MAX).unwrap() + 50 {
            assert!(limit.take(IpAddr::V4(index.into())).is_ok());
        }
        assert_eq!(limit.limiter.len(), ADDRESSES_MAX);
    }
}
