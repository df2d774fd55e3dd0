//! "My orders": the tokens of this browser's last orders, in a cookie that only this shop can have written.
//!
//! There is no account behind it: whoever holds the cookie holds the addresses of these receipts and nothing else. A
//! cookie that was changed is as good as none. Called where an order was made, and where the list is shown.

use crate::cookies::{Cookie, came_over_https};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::OrderToken;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::sync::Arc;
use store::{CookieKeys, SigningKey, Store};

/// So many orders are kept; the oldest gives way.
pub const ORDERS_MAX: usize = 20;
const COOKIE: Cookie = Cookie("pantry_orders");
/// A year, in seconds; each order begins it anew.
const AGE_SECONDS_MAX: i64 = 365 * 24 * 60 * 60;
const TOKEN_CHARS: usize = 32;
/// What is signed begins with it, so that no other text under the same key can pass for a list of orders.
const PURPOSE: &[u8] = b"pantry_orders 1\n";

/// The orders of one browser, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MyOrders(Vec<OrderToken>);

impl MyOrders {
    /// The orders in a request's cookies; none where there is no cookie that one of `keys` signed. `None` where there
    /// are cookies, and none of `keys` signed one.
    fn of_request(headers: &HeaderMap, keys: &CookieKeys) -> Option<MyOrders> {
        if !MyOrders::are_in(headers) {
            return Some(MyOrders::default());
        }
        MyOrders::values(headers).find_map(|value| keys.readable().find_map(|key| MyOrders::open(value, key)))
    }

    fn are_in(headers: &HeaderMap) -> bool {
        MyOrders::values(headers).next().is_some()
    }

    /// A browser that ordered before the shop had https, or before the prefix came, keeps its list.
    fn values(headers: &HeaderMap) -> impl Iterator<Item = &str> {
        COOKIE.values(headers).chain(COOKIE.values_before_https(headers))
    }

    /// The orders in a request's cookies, and the keys of now. Another server may have signed them with a key that this
    /// one has not read yet: a cookie that it cannot read makes it look.
    async fn found(headers: &HeaderMap, store: &Store) -> (MyOrders, Arc<CookieKeys>) {
        let keys = store.cookie_keys().await;
        if let Some(orders) = MyOrders::of_request(headers, &keys) {
            return (orders, keys);
        }
        let keys = store.newest_cookie_keys().await;
        (MyOrders::of_request(headers, &keys).unwrap_or_default(), keys)
    }

    /// These orders and one more, which is the latest.
    #[must_use]
    pub fn with(self, latest: &OrderToken) -> MyOrders {
        let others = self.0.into_iter().filter(|token| token != latest);
        MyOrders(std::iter::once(latest.clone()).chain(others).take(ORDERS_MAX).collect())
    }

    /// Their tokens, the latest first.
    #[must_use]
    pub fn tokens(&self) -> &[OrderToken] {
        &self.0
    }

    /// The `Set-Cookie` header that gives them to the browser.
    #[must_use]
    pub fn cookie(&self, key: &SigningKey, is_https: bool) -> Option<HeaderValue> {
        COOKIE.set(&self.seal(key), AGE_SECONDS_MAX, is_https)
    }

    /// The `Set-Cookie` headers that make the browser forget them.
    pub fn forgotten(is_https: bool) -> impl Iterator<Item = HeaderValue> {
        let before_https = is_https.then(|| COOKIE.clear(false)).flatten();
        COOKIE.clear(is_https).into_iter().chain(before_https)
    }

    fn seal(&self, key: &SigningKey) -> String {
        let tokens: String = self.0.iter().map(OrderToken::as_str).collect();
        format!("{tokens}.{}", URL_SAFE_NO_PAD.encode(key.sign(PURPOSE, tokens.as_bytes())))
    }

    fn open(value: &str, key: &SigningKey) -> Option<MyOrders> {
        let (tokens, tag) = value.split_once('.')?;
        if tokens.len() > ORDERS_MAX * TOKEN_CHARS || !tokens.len().is_multiple_of(TOKEN_CHARS) {
            return None;
        }
        if !key.has_signed(PURPOSE, tokens.as_bytes(), &URL_SAFE_NO_PAD.decode(tag).ok()?) {
            return None;
        }
        let token = |chars: &[u8]| OrderToken::parse(std::str::from_utf8(chars).ok()?);
        tokens.as_bytes().chunks(TOKEN_CHARS).map(token).collect::<Option<_>>().map(MyOrders)
    }
}

/// The `Set-Cookie` header that adds an order that was made to those of the browser that made it.
pub async fn remembering(token: &OrderToken, headers: &HeaderMap, store: &Store) -> Option<HeaderValue> {
    let (orders, keys) = MyOrders::found(headers, store).await;
    orders.with(token).cookie(&keys.current, came_over_https(headers))
}

/// Does that for the request that leptos is answering.
pub async fn remember(token: &OrderToken, store: &Store) {
    if let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>())
        && let Some(cookie) = remembering(token, &parts.headers, store).await
    {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// The orders of the browser whose request leptos is answering. The database is asked only where there may be some.
pub async fn of_this_browser(store: &Store) -> MyOrders {
    match use_context::<Parts>() {
        Some(parts) if MyOrders::are_in(&parts.headers) => MyOrders::found(&parts.headers, store).await.0,
        _ => MyOrders::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(hex: char) -> SigningKey {
        SigningKey::from_hex(&hex.to_string().repeat(64)).unwrap()
    }

    fn token(bits: u128) -> OrderToken {
        OrderToken::from_random(bits)
    }

    /// What is read from a request that sends `cookies`.
    fn read(cookies: &str) -> MyOrders {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::try_from(cookies).unwrap());
        let keys = CookieKeys { current: key('a'), previous: Some(key('c')), renewed_at: None };
        MyOrders::of_request(&headers, &keys).unwrap_or_default()
    }

    #[test]
    fn what_was_given_comes_back() {
        let orders = MyOrders::default().with(&token(1)).with(&token(2));
        let sealed = orders.seal(&key('a'));
        assert_eq!(read(&format!("a=b; pantry_orders={sealed}; theme=dark")), orders);
        assert_eq!(orders.tokens(), [token(2), token(1)]);
        assert_eq!(read(&format!("pantry_orders={}", MyOrders::default().seal(&key('a')))), MyOrders::default());
    }

    #[test]
    fn what_was_given_before_https_is_read() {
        let sealed = MyOrders::default().with(&token(1)).seal(&key('a'));
        for name in ["pantry_orders", "__Host-pantry_orders"] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
            headers.insert(header::COOKIE, HeaderValue::try_from(format!("{name}={sealed}")).unwrap());
            let keys = CookieKeys { current: key('a'), previous: None, renewed_at: None };
            assert_eq!(MyOrders::of_request(&headers, &keys).unwrap().tokens(), [token(1)], "{name}");
        }
    }

    #[test]
    fn what_the_key_before_signed_is_read() {
        let orders = MyOrders::default().with(&token(1));
        assert_eq!(read(&format!("pantry_orders={}", orders.seal(&key('c')))), orders);
    }

    #[test]
    fn only_a_cookie_that_cannot_be_read_asks_for_newer_keys() {
        let keys = CookieKeys { current: key('a'), previous: None, renewed_at: None };
        let theirs = format!("pantry_orders={}", MyOrders::default().with(&token(1)).seal(&key('b')));
        for (cookies, is_known) in [("", true), ("theme=dark", true), (theirs.as_str(), false)] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::try_from(cookies).unwrap());
            assert_eq!(MyOrders::of_request(&headers, &keys).is_some(), is_known, "{cookies}");
        }
    }

    #[test]
    fn what_was_changed_is_none() {
        let mine = MyOrders::default().with(&token(0xabcdef)).seal(&key('a'));
        let (tokens, tag) = mine.split_once('.').unwrap();
        let others = MyOrders::default().with(&token(1)).seal(&key('b'));
        for cookie in [
            String::new(),
            tokens.to_owned(),
            format!("{tokens}."),
            format!("{tokens}.{}", "A".repeat(43)),
            format!("{}.{tag}", token(2)),
            format!("{tokens}{}.{tag}", token(2)),
            format!(".{tag}"),
            format!("{}.{tag}", tokens.to_uppercase()),
            format!("{tokens}.{tag}x"),
            others,
            "0".repeat(5_000),
        ] {
            assert_eq!(read(&format!("pantry_orders={cookie}")), MyOrders::default(), "{cookie}");
        }
    }

    #[test]
    fn the_latest_stand_first_and_once() {
        let orders = (0..25).fold(MyOrders::default(), |orders, bits| orders.with(&token(bits)));
        assert_eq!(orders.tokens().len(), ORDERS_MAX);
        assert_eq!((&orders.tokens()[0], &orders.tokens()[19]), (&token(24), &token(5)));
        let again = orders.with(&token(7));
        assert_eq!(again.tokens().len(), ORDERS_MAX);
        assert_eq!(&again.tokens()[..2], [token(7), token(24)]);
        assert_eq!(read(&format!("pantry_orders={}", again.seal(&key('a')))), again);
    }

    #[test]
    fn cookies_carry_their_guards() {
        let cookie = MyOrders::default().with(&token(1)).cookie(&key('a'), true).unwrap();
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with("__Host-pantry_orders=00000000000000000000000000000001."), "{cookie}");
        assert!(cookie.ends_with("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
        let gone = |is_https| MyOrders::forgotten(is_https).map(|cookie| cookie.to_str().unwrap().to_owned());
        assert_eq!(gone(false).collect::<Vec<_>>(), ["pantry_orders=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"]);
        assert_eq!(gone(true).count(), 2, "also the one of before https");
    }
}
