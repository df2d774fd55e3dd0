//! The owner's account, for its page. Reading only: what changes it are plain forms.

#[cfg(feature = "ssr")]
use super::admin::{OwnerSession, owners_shop};
use super::json::Json;
use crate::ShopError;
use crate::account::AccountPage;
use crate::browser::Caller;
use leptos::prelude::*;

/// Sessions, second factor and keys.
///
/// # Errors
/// As [`super::live_snapshot`].
#[server(prefix = "/api", endpoint = "admin/account", output = Json, client = Caller)]
pub async fn account() -> Result<AccountPage, ShopError> {
    let session =
        use_context::<axum::http::request::Parts>().and_then(|parts| parts.extensions.get::<OwnerSession>().cloned());
    let shop = owners_shop().await?;
    let token_hash = session.map(|session| session.token_hash).unwrap_or_default();
    super::answer(crate::account::make_account_page(&shop, &token_hash).await)
}
