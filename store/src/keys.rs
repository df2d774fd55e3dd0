//! The secret with which the shop signs what it lets browsers keep. Made once, kept in the database, so that every
//! server of one shop has the same, and a restart forgets nothing. The owner can renew it; the one before it is still
//! read, for as long as a cookie lives. Every server takes a new one without a restart.

use crate::connection::Conn;
use crate::pool::Readers;
use crate::writer::{Tx, Work};
use crate::{Clock, Store, StoreError};
use domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::Row;
use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// The name of the key that signs cookies.
const COOKIES: &str = "cookies";
const BYTES: usize = 32;
/// The keys are read again after this time.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(60);
/// A cookie of the key before is read for this time after the renewal: the year that it lives, and a day in which a
/// server may have signed with a key that it had not read again.
const PREVIOUS_READ_MICROS: i64 = 366 * 24 * 3_600 * 1_000_000;

/// A secret of 256 random bits. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey([u8; BYTES]);

impl SigningKey {
    /// The tag of a message, HMAC-SHA-256. Each kind of message has a `purpose` of its own, so that none passes for
    /// another.
    #[must_use]
    pub fn sign(&self, purpose: &[u8], message: &[u8]) -> [u8; 32] {
        self.mac(purpose, message).finalize().into_bytes().into()
    }

    /// Whether this is the tag of the message; in constant time, so that none can be found by trying.
    #[must_use]
    pub fn has_signed(&self, purpose: &[u8], message: &[u8], tag: &[u8]) -> bool {
        self.mac(purpose, message).verify_slice(tag).is_ok()
    }

    fn mac(&self, purpose: &[u8], message: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose);
        mac.update(message);
        mac
    }

    fn random() -> Result<SigningKey, StoreError> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| StoreError::Open(format!("no random bits: {error}")))?;
        Ok(SigningKey(bytes))
    }

    /// As it is kept in the database.
    fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The key of 64 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<SigningKey> {
        let mut bytes = [0; BYTES];
        if text.len() != 2 * BYTES || !text.is_ascii() {
            return None;
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(SigningKey(bytes))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// The keys for cookies: one that signs, and the one before it, which is still read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieKeys {
    /// Signs.
    pub current: SigningKey,
    /// Signed before the last renewal; gone once no cookie can be that old.
    pub previous: Option<SigningKey>,
    /// When the key was renewed last.
    pub renewed_at: Option<Timestamp>,
}

impl CookieKeys {
    /// Every key that a cookie may be signed with.
    pub fn readable(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

/// The keys as they were last read.
#[derive(Debug)]
pub(crate) struct KnownKeys {
    keys: Arc<CookieKeys>,
    /// By the clock that nobody can set.
    read_at: Duration,
}

impl KnownKeys {
    pub(crate) fn new(keys: CookieKeys, clock: &Clock) -> KnownKeys {
        KnownKeys { keys: Arc::new(keys), read_at: clock.monotonic() }
    }
}

impl Store {
    /// The keys for cookies, as they were within the last minute.
    pub async fn cookie_keys(&self) -> Arc<CookieKeys> {
        let (keys, read_at) = {
            let known = self.known_keys.lock().unwrap_or_else(PoisonError::into_inner);
            (Arc::clone(&known.keys), known.read_at)
        };
        if self.clock.monotonic().saturating_sub(read_at) < READ_AGAIN_AFTER {
            return keys;
        }
        self.newest_cookie_keys().await
    }

    /// The keys for cookies as they are, or as they last were where the database does not answer. For a cookie that the
    /// known ones did not sign: another server may have signed it with a newer one.
    pub async fn newest_cookie_keys(&self) -> Arc<CookieKeys> {
        let read = read(&self.readers, self.now()).await;
        let mut known = self.known_keys.lock().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(keys) => *known = KnownKeys::new(keys, &self.clock),
            Err(error) => {
                tracing::warn!(%error, "the keys for cookies could not be read again");
                known.read_at = self.clock.monotonic();
            }
        }
        Arc::clone(&known.keys)
    }

    /// Renews the key that signs cookies. Cookies of the one before are read for a year, or until it is renewed again.
    ///
    /// # Errors
    /// What the database says.
    pub async fn renew_cookie_key(&self) -> Result<(), StoreError> {
        self.writer.run_in_time(Renew(self.now())).await?;
        self.newest_cookie_keys().await;
        Ok(())
    }
}

struct Renew(Timestamp);

impl Work for Renew {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        renew(tx.conn, self.0).await
    }
}

/// Renews the key in the open transaction.
pub(crate) async fn renew(conn: &mut Conn, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query("update keys set previous_secret = secret, secret = $1, renewed_at = $2 where name = $3")
        .bind(SigningKey::random()?.to_hex())
        .bind(now.micros())
        .bind(COOKIES)
        .execute(conn)
        .await?;
    Ok(())
}

/// Reads the keys for cookies; the first start makes one. Of servers that start at once, all get the first one's.
pub(crate) async fn cookie_keys(readers: &Readers, now: Timestamp) -> Result<CookieKeys, StoreError> {
    sqlx::query("insert into keys (name, secret) values ($1, $2) on conflict (name) do nothing")
        .bind(COOKIES)
        .bind(SigningKey::random()?.to_hex())
        .execute(readers)
        .await?;
    read(readers, now).await
}

async fn read(readers: &Readers, now: Timestamp) -> Result<CookieKeys, StoreError> {
    let row = sqlx::query("select secret, previous_secret, renewed_at from keys where name = $1")
        .bind(COOKIES)
        .fetch_one(readers)
        .await?;
    let key =
        |hex: String| SigningKey::from_hex(&hex).ok_or_else(|| StoreError::Corrupt("a key for cookies".to_owned()));
    let renewed_at: i64 = row.try_get(2)?;
    let is_readable = now.micros() < renewed_at.saturating_add(PREVIOUS_READ_MICROS);
    let previous = row.try_get::<Option<String>, _>(1)?.filter(|_| is_readable).map(key).transpose()?;
    let renewed_at = (renewed_at > 0).then(|| Timestamp::from_micros(renewed_at));
    Ok(CookieKeys { current: key(row.try_get(0)?)?, previous, renewed_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text() {
        let key = SigningKey::random().unwrap();
        assert_eq!(SigningKey::from_hex(&key.to_hex()), Some(key));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for text in [String::new(), "0".repeat(63), "0".repeat(65), "g".repeat(64), "é".repeat(32)] {
            assert_eq!(SigningKey::from_hex(&text), None, "{text}");
        }
    }

    #[test]
    fn a_tag_belongs_to_one_key_purpose_and_message() {
        let (key, other) = (SigningKey([0xab; BYTES]), SigningKey([0xac; BYTES]));
        let tag = key.sign(b"a 1\n", b"message");
        // By Python: hmac.new(b"\xab" * 32, b"a 1\nmessage", "sha256").hexdigest()[:8]
        assert_eq!(tag[..4], [0x3c, 0xcd, 0xf6, 0x07]);
        assert!(key.has_signed(b"a 1\n", b"message", &tag));
        assert!(!other.has_signed(b"a 1\n", b"message", &tag));
        assert!(!key.has_signed(b"b 1\n", b"message", &tag));
        assert!(!key.has_signed(b"a 1\n", b"messages", &tag));
        assert!(!key.has_signed(b"a 1\n", b"message", &tag[..31]));
    }

    #[test]
    fn it_is_never_printed() {
        let key = SigningKey([0xab; BYTES]);
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }
}
