//! The owner's password at the start: as `ADMIN_PASSWORD` says, or made once. Only its hash is stored.

use super::StartError;
use crate::config::Config;
use crate::password::{PasswordError, hash_password, password_matches};
use std::io;
use store::Store;

/// Makes the stored hash agree with `ADMIN_PASSWORD`; without either, makes a random password and returns it.
pub(super) async fn set_password(store: &Store, config: &Config) -> Result<Option<String>, StartError> {
    let stored = store.owner_password_hash().await?;
    let asked = config.admin_password.as_ref().map(|secret| secret.reveal().to_owned());
    let (password, is_generated) = match (asked, stored) {
        (None, Some(_)) => return Ok(None),
        (None, None) => (random_password()?, true),
        (Some(asked), Some(stored)) => {
            let kept = asked.clone();
            if blocking(move || password_matches(&kept, &stored)).await? {
                return Ok(None);
            }
            (asked, false)
        }
        (Some(asked), None) => (asked, false),
    };
    let hashed = password.clone();
    store.set_owner_password_hash(blocking(move || hash_password(&hashed)).await?).await?;
    Ok(is_generated.then_some(password))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, StartError> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(io::Error::other)??)
}

/// 80 random bits in letters and digits that are not mistaken for one another.
fn random_password() -> Result<String, StartError> {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567892";
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bits.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}
