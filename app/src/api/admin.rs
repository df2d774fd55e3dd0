//! The owner's server functions. Each checks the session itself, although a middleware guards their prefix too:
//! a function that is reached some other way must not answer. Called by the owner's pages.

use super::json::Json;
use crate::ShopError;
use crate::browser::Caller;
use domain::Snapshot;
use leptos::prelude::*;

/// The session that the guard found in the request's cookie. It stands in the request's extensions, so that a
/// request which did not pass the guard has none.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug)]
pub struct OwnerSession {
    /// The hexadecimal SHA-256 of the cookie's token, as the database knows it.
    pub token_hash: String,
}

/// The dashboard's figures as they are now.
///
/// # Errors
/// [`ShopError::LoginRequired`] with status 401 without a valid session; another with 503 when that cannot be told.
#[server(prefix = "/api", endpoint = "admin/snapshot", output = Json, client = Caller)]
pub async fn live_snapshot() -> Result<Snapshot, ShopError> {
    let shop = owners_shop().await?;
    let snapshot = shop.live.borrow().as_ref().clone();
    Ok(snapshot)
}

/// The shop, for the owner alone: asks the database whether the request's session is still valid.
#[cfg(feature = "ssr")]
pub(super) async fn owners_shop() -> Result<crate::Shop, ShopError> {
    let session =
        use_context::<axum::http::request::Parts>().and_then(|parts| parts.extensions.get::<OwnerSession>().cloned());
    let (Some(session), Some(shop)) = (session, use_context::<crate::Shop>()) else {
        return Err(login_required());
    };
    let now = shop.store.now();
    let is_valid = shop.store.session_is_valid(&session.token_hash, now).await;
    if super::answer(is_valid)? { Ok(shop) } else { Err(login_required()) }
}

/// 401 for the page that is being rendered, or for the function's own answer.
#[cfg(feature = "ssr")]
fn login_required() -> ShopError {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::UNAUTHORIZED);
    }
    ShopError::LoginRequired
}
