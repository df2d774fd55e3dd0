//! What the owner's pages and server functions ask first. Each checks the session itself, although a middleware guards
//! their addresses too: one that is reached some other way must not answer.

use axum::http::StatusCode;
use axum::http::request::Parts;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::{Shop, ShopError};

/// The session that the guard found in the request's cookie. It stands in the request's extensions, so that a
/// request which did not pass the guard has none.
#[derive(Clone, Debug)]
pub struct OwnerSession {
    /// The hexadecimal SHA-256 of the cookie's token, as the database knows it.
    pub token_hash: String,
}

impl OwnerSession {
    /// That of the request which leptos is answering.
    #[must_use]
    pub fn of_request() -> Option<OwnerSession> {
        use_context::<Parts>()?.extensions.get::<OwnerSession>().cloned()
    }
}

/// The shop, for the owner alone: asks the database whether the request's session is still valid.
///
/// # Errors
/// [`ShopError::LoginRequired`] with status 401 without a valid session; another with 503 when that cannot be told.
pub async fn owners_shop() -> Result<Shop, ShopError> {
    let (Some(session), Some(shop)) = (OwnerSession::of_request(), use_context::<Shop>()) else {
        return Err(login_required());
    };
    let now = shop.store.now();
    let is_valid = shop.store.session_is_valid(&session.token_hash, now).await;
    if super::answer(is_valid)? { Ok(shop) } else { Err(login_required()) }
}

/// 401 for the page that is being rendered, or for the function's own answer.
fn login_required() -> ShopError {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::UNAUTHORIZED);
    }
    ShopError::LoginRequired
}
