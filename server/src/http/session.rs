//! The owner's session: a random token in a cookie, its hash in the database. The token itself is stored nowhere
//! but in the browser. Called by the log-in, the guard and the log-out.

use app::cookies::Cookie;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A session lasts so long, however often it is used.
pub(super) const SESSION_MICROS: i64 = SESSION_SECONDS * 1_000_000;
const SESSION_SECONDS: i64 = 12 * 60 * 60;
const COOKIE: Cookie = Cookie("pantry_session");
const TOKEN_BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const TOKEN_CHARS: usize = 43;

/// 256 random bits, as the cookie carries them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SessionToken(String);

impl SessionToken {
    /// A fresh token.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; TOKEN_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(SessionToken(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The tokens in a request's cookies; none where there is no well-formed one.
    #[must_use]
    pub(super) fn all_of(headers: &HeaderMap) -> Vec<Self> {
        let tokens = COOKIE.values(headers).filter(|token| is_well_formed(token));
        tokens.map(|token| SessionToken(token.to_owned())).collect()
    }

    /// What the database knows of it: its SHA-256 in hexadecimal.
    #[must_use]
    pub(super) fn hash(&self) -> String {
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(self.0.as_bytes()) {
            for nibble in [byte >> 4, byte & 0xf] {
                text.extend(char::from_digit(u32::from(nibble), 16));
            }
        }
        text
    }

    /// The `Set-Cookie` header that gives it to the browser.
    #[must_use]
    pub(super) fn cookie(&self, is_https: bool) -> Option<HeaderValue> {
        COOKIE.set(&self.0, SESSION_SECONDS, is_https)
    }
}

/// The `Set-Cookie` header that takes the token away from the browser.
#[must_use]
pub(super) fn cleared_cookie(is_https: bool) -> Option<HeaderValue> {
    COOKIE.clear(is_https)
}

fn is_well_formed(token: &str) -> bool {
    token.len() == TOKEN_CHARS && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// A redirect that sets a cookie, where there is one.
pub(super) fn with_cookie(redirect: Redirect, cookie: Option<HeaderValue>) -> Response {
    let mut response = redirect.into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::cookies::COOKIES_MAX;
    use axum::http::header;

    const TOKEN: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    fn cookies(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::COOKIE, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn tokens_are_found_among_cookies() {
        const SESSION: &str = "pantry_session=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        const AMONG: &str = "a=b;  pantry_session=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 ; c=d";
        for (values, found) in [
            (&[][..], 0),
            (&[""], 0),
            (&["pantry_session"], 0),
            (&["pantry_session="], 0),
            (&["pantry_session=short"], 0),
            (&["pantry_session=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+"], 0),
            (&["x_pantry_session=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"], 0),
            (&["pantry_session_x=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"], 0),
            (&[SESSION], 1),
            (&[AMONG], 1),
            (&["pantry_session=; a=b", SESSION], 1),
            (&[SESSION; 9], COOKIES_MAX),
        ] {
            let tokens = SessionToken::all_of(&cookies(values));
            assert_eq!(tokens.len(), found, "{values:?}");
            assert!(tokens.iter().all(|token| token.0 == TOKEN));
        }
    }

    #[test]
    fn fresh_tokens_are_well_formed_and_differ() {
        let (one, other) = (SessionToken::random().unwrap(), SessionToken::random().unwrap());
        assert!(is_well_formed(&one.0) && is_well_formed(&other.0));
        assert!(one != other);
        assert_eq!(one.hash().len(), 64);
        assert_ne!(one.hash(), other.hash());
    }

    #[test]
    fn the_hash_is_sha256_in_hexadecimal() {
        assert_eq!(
            SessionToken("abc".to_owned()).hash(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
