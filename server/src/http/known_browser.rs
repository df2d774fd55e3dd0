//! A browser that the owner signed in with before has an allowance of sign-in attempts of its own, so that strangers
//! who share its address, or a proxy's, cannot lock the owner out. A signed cookie says which browser it is; it proves
//! nothing else and opens nothing.

use super::login_attempts::Attempter;
use app::cookies::Cookie;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::{CookieKeys, SigningKey};

const COOKIE: Cookie = Cookie("pantry_browser");
const ID_BYTES: usize = 16;
/// A year, in seconds; each sign-in begins it anew.
const AGE_SECONDS_MAX: i64 = 365 * 24 * 60 * 60;
/// What is signed begins with it, so that no other text under the same key can pass for a browser.
const PURPOSE: &[u8] = b"pantry_browser 1\n";

/// One browser, by a random number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KnownBrowser([u8; ID_BYTES]);

impl KnownBrowser {
    /// The browser of a request; `None` where there is no cookie that one of `keys` signed.
    pub(super) fn of_request(headers: &HeaderMap, keys: &CookieKeys) -> Option<Self> {
        COOKIE.values(headers).find_map(|value| keys.readable().find_map(|key| KnownBrowser::open(value, key)))
    }

    /// A browser that nobody has signed in with.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut id = [0; ID_BYTES];
        getrandom::fill(&mut id)?;
        Ok(KnownBrowser(id))
    }

    /// The `Set-Cookie` header that lets it be known again.
    pub(super) fn cookie(self, key: &SigningKey, is_https: bool) -> Option<HeaderValue> {
        COOKIE.set(&self.seal(key), AGE_SECONDS_MAX, is_https)
    }

    /// Whose attempts it makes.
    pub(super) fn attempter(self) -> Attempter {
        Attempter::Browser(self.0)
    }

    fn seal(self, key: &SigningKey) -> String {
        let tag = key.sign(PURPOSE, &self.0);
        format!("{}.{}", URL_SAFE_NO_PAD.encode(self.0), URL_SAFE_NO_PAD.encode(tag))
    }

    fn open(value: &str, key: &SigningKey) -> Option<Self> {
        let (id, tag) = value.split_once('.')?;
        let id: [u8; ID_BYTES] = URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?;
        key.has_signed(PURPOSE, &id, &URL_SAFE_NO_PAD.decode(tag).ok()?).then_some(KnownBrowser(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;

    #[test]
    fn only_what_this_shop_signed_is_a_known_browser() {
        let key = |hex: char| SigningKey::from_hex(&hex.to_string().repeat(64)).unwrap();
        let browser = KnownBrowser::random().unwrap();
        let sealed = browser.seal(&key('a'));
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            let cookies = HeaderValue::try_from(format!("a=b; pantry_browser={value}; c=d")).unwrap();
            headers.insert(header::COOKIE, cookies);
            let keys = CookieKeys { current: key('a'), previous: Some(key('c')), renewed_at: None };
            KnownBrowser::of_request(&headers, &keys)
        };
        assert_eq!(read(&sealed), Some(browser));
        assert_eq!(read(&browser.seal(&key('c'))), Some(browser), "signed before the key was renewed");
        let other = KnownBrowser::random().unwrap();
        let tag = sealed.split_once('.').unwrap().1;
        for value in [
            String::new(),
            ".".to_owned(),
            sealed.replace('.', ""),
            format!("{}.{tag}", URL_SAFE_NO_PAD.encode(other.0)),
            other.seal(&key('b')),
            format!("{sealed}x"),
        ] {
            assert_eq!(read(&value), None, "{value}");
        }
    }
}
