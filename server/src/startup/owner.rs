//! The owner's password at the start: as `ADMIN_PASSWORD` says, or made once. Only hashes are stored. A value of
//! `ADMIN_PASSWORD` is applied once: a password that the owner chose later holds until the variable is changed.

use super::StartError;
use crate::config::Config;
use crate::password::{PasswordError, hash_password, password_matches, random_password};
use std::io;
use store::{NewPassword, Store};

/// Applies `ADMIN_PASSWORD` where its value is a new one; without any password makes a random one and returns it.
pub(super) async fn set_password(store: &Store, config: &Config) -> Result<Option<String>, StartError> {
    let owner = store.owner().await?;
    let Some(asked) = config.admin_password.as_ref().map(|secret| secret.reveal().to_owned()) else {
        if owner.is_some() {
            return Ok(None);
        }
        let made = random_password().map_err(|error| io::Error::other(error.to_string()))?;
        // Of servers that start at once, one sets it, and that one shows it.
        return Ok(store.set_first_password(hashed(&made).await?).await?.then_some(made));
    };
    let Some(owner) = owner else {
        apply(store, &asked).await?;
        return Ok(None);
    };
    let was_applied = match owner.applied_hash {
        Some(applied) => matches(&asked, applied).await?,
        None => false,
    };
    let is_current = matches(&asked, owner.password_hash).await?;
    match (was_applied, is_current) {
        (true, true) => {}
        (true, false) => tracing::info!(
            "ADMIN_PASSWORD has the value that was applied before, and the password was changed since: the changed one \
             holds. To set it from the environment, give ADMIN_PASSWORD another value"
        ),
        (false, true) => store.note_applied_password(hashed(&asked).await?).await?,
        (false, false) => apply(store, &asked).await?,
    }
    Ok(None)
}

async fn apply(store: &Store, password: &str) -> Result<(), StartError> {
    let hash = hashed(password).await?;
    let new = NewPassword { hash: hash.clone(), applied_hash: Some(hash), ..NewPassword::default() };
    store.set_password(new).await?;
    Ok(())
}

async fn hashed(password: &str) -> Result<String, StartError> {
    let password = password.to_owned();
    blocking(move || hash_password(&password)).await
}

async fn matches(password: &str, hash: String) -> Result<bool, StartError> {
    let password = password.to_owned();
    blocking(move || password_matches(&password, &hash)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, StartError> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(io::Error::other)??)
}
