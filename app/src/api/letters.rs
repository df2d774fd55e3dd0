//! Dead letters, for the owner. Reading only: what changes them are plain forms that post to the server's own routes.

#[cfg(feature = "ssr")]
use super::admin::owners_shop;
use super::json::Json;
use crate::ShopError;
use crate::browser::Caller;
use domain::{Letter, Letters};
use leptos::prelude::*;

/// The latest dead letters; `done` is one to tell of, too.
///
/// # Errors
/// As [`super::live_snapshot`].
#[server(prefix = "/api", endpoint = "admin/dead-letters", output = Json, client = Caller)]
pub async fn dead_letters(
    /// A letter that was just handled.
    done: Option<i64>,
) -> Result<Letters, ShopError> {
    let shop = owners_shop().await?;
    super::answer(shop.store.dead_letters(done).await)
}

/// One dead letter, whole.
///
/// # Errors
/// As [`super::live_snapshot`].
#[server(prefix = "/api", endpoint = "admin/dead-letter", output = Json, client = Caller)]
pub async fn dead_letter(
    /// Its number.
    id: i64,
) -> Result<Option<Letter>, ShopError> {
    let shop = owners_shop().await?;
    super::answer(shop.store.dead_letter(id).await)
}
