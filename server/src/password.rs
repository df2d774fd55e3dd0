//! The owner's password: hashed with Argon2id, never kept or logged in the clear. Slow on purpose, so nobody calls
//! this on a thread that serves requests. Called by the start-up and by the log-in.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// No longer password is looked at.
pub const PASSWORD_BYTES_MAX: usize = 1_024;

/// No shorter one is accepted, in characters.
pub const PASSWORD_CHARS_MIN: usize = 8;

/// What is wrong with a password that somebody chose.
#[must_use]
pub fn password_problem(password: &str) -> Option<String> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        Some(format!("Too short: at least {PASSWORD_CHARS_MIN} characters."))
    } else if password.len() > PASSWORD_BYTES_MAX {
        Some(format!("Too long: at most {PASSWORD_BYTES_MAX} bytes."))
    } else {
        None
    }
}

/// A password of 80 random bits, in letters and digits that are not mistaken for one another.
///
/// # Errors
/// When the machine has no randomness.
pub fn random_password() -> Result<String, getrandom::Error> {
    random_text(16)
}

/// Random letters and digits that are not mistaken for one another, 5 bits each.
///
/// # Errors
/// When the machine has no randomness.
pub fn random_text(chars_num: usize) -> Result<String, getrandom::Error> {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut bits = vec![0_u8; chars_num];
    getrandom::fill(&mut bits)?;
    Ok(bits.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

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
    fn a_chosen_password_has_limits() {
        for (password, is_accepted) in
            [("", false), ("1234567", false), ("12345678", true), ("äöüäöüä", false), (&"x".repeat(1_025), false)]
        {
            assert_eq!(password_problem(password).is_none(), is_accepted, "{password}");
        }
        assert_eq!(password_problem(&random_password().unwrap()), None);
        assert_ne!(random_text(16).unwrap(), random_text(16).unwrap());
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
