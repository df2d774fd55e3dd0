//! Cookies that must not be another's: read and written with every guard that a browser offers.
//!
//! Over https their names begin with `__Host-`. A browser takes such a cookie only over https, for this host alone and
//! for every path, so that a sibling domain can neither plant one nor hide the shop's behind one of its own (RFC
//! 6265bis, section 4.1.3.2). Over http no browser would take the prefix.

use axum::http::{HeaderMap, HeaderValue, header};

const PREFIX: &str = "__Host-";
/// No more of a request's cookies of one name are tried: a browser sends one.
pub const COOKIES_MAX: usize = 4;

/// A cookie, by its name without the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookie(pub &'static str);

impl Cookie {
    /// Its values in a request, by the name that it has there.
    pub fn values(self, headers: &HeaderMap) -> impl Iterator<Item = &str> {
        let prefix = if came_over_https(headers) { PREFIX } else { "" };
        self.values_after(prefix, headers)
    }

    /// Its values without the prefix: what a shop that has come to https gave before.
    pub fn values_before_https(self, headers: &HeaderMap) -> impl Iterator<Item = &str> {
        self.values_after("", headers)
    }

    fn values_after<'a>(self, prefix: &'static str, headers: &'a HeaderMap) -> impl Iterator<Item = &'a str> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = cookies.flat_map(|cookies| cookies.split(';'));
        let named = move |pair: &'a str| pair.trim().strip_prefix(prefix)?.strip_prefix(self.0)?.strip_prefix('=');
        pairs.filter_map(named).take(COOKIES_MAX)
    }

    /// The `Set-Cookie` header that gives it to the browser for so many seconds.
    #[must_use]
    pub fn set(self, value: &str, age_seconds_max: i64, is_https: bool) -> Option<HeaderValue> {
        let (prefix, secure) = if is_https { (PREFIX, "; Secure") } else { ("", "") };
        let name = self.0;
        let cookie =
            format!("{prefix}{name}={value}; Path=/; Max-Age={age_seconds_max}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::try_from(cookie).ok()
    }

    /// The `Set-Cookie` header that takes it away from the browser.
    #[must_use]
    pub fn clear(self, is_https: bool) -> Option<HeaderValue> {
        self.set("", 0, is_https)
    }
}

/// Whether the browser speaks https: to this server never, so to the proxy before it, which says so.
#[must_use]
pub fn came_over_https(headers: &HeaderMap) -> bool {
    headers
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok())
        .and_then(|protocols| protocols.split(',').next())
        .is_some_and(|first| first.trim().eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE: Cookie = Cookie("pantry_test");

    fn headers(scheme: &'static str, cookies: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-proto", HeaderValue::from_static(scheme));
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_static(cookie));
        }
        headers
    }

    #[test]
    fn over_https_a_sibling_domains_cookie_hides_nothing() {
        let siblings = "pantry_test=1; pantry_test=2; pantry_test=3; pantry_test=4; pantry_test=5";
        let both = headers("https", &[siblings, "a=b;  __Host-pantry_test=mine ; x__Host-pantry_test=c"]);
        assert_eq!(COOKIE.values(&both).collect::<Vec<_>>(), ["mine"]);
        assert_eq!(COOKIE.values_before_https(&both).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
        let plain = headers("http", &["__Host-pantry_test=a; pantry_test=b", "pantry_test=c=d; x_pantry_test=e"]);
        assert_eq!(COOKIE.values(&plain).collect::<Vec<_>>(), ["b", "c=d"]);
    }

    #[test]
    fn cookies_carry_their_guards() {
        assert_eq!(
            COOKIE.set("T", 60, true).unwrap(),
            "__Host-pantry_test=T; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(COOKIE.set("T", 60, false).unwrap(), "pantry_test=T; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
        assert_eq!(COOKIE.clear(false).unwrap(), "pantry_test=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        assert_eq!(COOKIE.set("a\nb", 60, true), None);
    }

    #[test]
    fn the_proxy_says_whether_it_is_https() {
        for (value, is_https) in
            [("https", true), ("HTTPS, http", true), ("http, https", false), ("http", false), ("", false)]
        {
            assert_eq!(came_over_https(&headers(value, &[])), is_https, "{value}");
        }
        assert!(!came_over_https(&HeaderMap::new()));
    }
}
