//! The secret with which the shop signs what it lets browsers keep. Made once, kept in the database, so that every
//! server of one shop has the same, and a restart forgets nothing. Read at the opening, never written again.

use crate::StoreError;
use crate::pool::Readers;
use sqlx::Row;
use std::fmt;

/// The name of the key that signs cookies.
const COOKIES: &str = "cookies";
const BYTES: usize = 32;

/// A secret of 256 random bits. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey([u8; BYTES]);

impl SigningKey {
    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
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

/// Reads the key for cookies; the first start makes it. Of servers that start at once, all get the first one's.
pub(crate) async fn cookie_key(readers: &Readers) -> Result<SigningKey, StoreError> {
    sqlx::query("insert into keys (name, secret) values ($1, $2) on conflict (name) do nothing")
        .bind(COOKIES)
        .bind(SigningKey::random()?.to_hex())
        .execute(readers)
        .await?;
    let row = sqlx::query("select secret from keys where name = $1").bind(COOKIES).fetch_one(readers).await?;
    SigningKey::from_hex(&row.try_get::<String, _>(0)?)
        .ok_or_else(|| StoreError::Corrupt("the key for cookies".to_owned()))
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
    fn it_is_never_printed() {
        let key = SigningKey([0xab; BYTES]);
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }
}
