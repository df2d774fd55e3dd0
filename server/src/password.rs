//! The owner's password: hashed with Argon2id, never kept or logged in the clear. Slow on purpose, so nobody calls
//! this on a thread that serves requests. Called by the start-up and by the log-in.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// No longer password is looked at.
pub const PASSWORD_BYTES_MAX: usize = 1_024;

/// Why a password could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It is longer than [`PASSWORD_BYTES_MAX`].
    #[error("the password is longer than {PASSWORD_BYTES_MAX} bytes")]
    TooLong,
    /// The stored hash is not one that this program wrote, or the machine has no randomness.
    #[error("the password hash: {0}")]
    Hash(argon2::password_hash::Error),
}

/// The Argon2id hash of a password with a fresh salt, as a PHC string.
///
/// # Errors
/// When the password is too long or the machine has no randomness.
pub fn hash_password(password: &str) -> Result<String, PasswordError> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordError::TooLong);
    }
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(PasswordError::Hash)?;
    Ok(hash.to_string())
}

/// Whether the password is the one that was hashed.
///
/// # Errors
/// When the stored hash cannot be read. A wrong or too long password is `Ok(false)`.
pub fn password_matches(password: &str, stored_hash: &str) -> Result<bool, PasswordError> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    let stored = PasswordHash::new(stored_hash).map_err(|error| PasswordError::Hash(error.into()))?;
    match Argon2::default().verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(PasswordError::Hash(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_matches_and_salts_differ() {
        let hash = hash_password("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$"));
        assert_ne!(hash, hash_password("correct horse").unwrap());
        assert!(password_matches("correct horse", &hash).unwrap());
        for wrong in ["", "correct horse ", "Correct horse", &"x".repeat(5_000)] {
            assert!(!password_matches(wrong, &hash).unwrap());
        }
    }

    #[test]
    fn what_is_no_hash_is_an_error() {
        assert!(password_matches("secret", "secret").is_err());
        assert!(password_matches("secret", "").is_err());
    }

    #[test]
    fn an_endless_password_is_refused() {
        assert!(matches!(hash_password(&"x".repeat(PASSWORD_BYTES_MAX + 1)), Err(PasswordError::TooLong)));
    }
}
