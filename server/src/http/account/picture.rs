//! `GET /admin/account/second-factor.svg`: the secret that is being set up, as a picture. Never of one that is on.
//! Called by the router, behind the guard.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::plain_page::plain_page;
use super::super::state::HttpState;
use crate::second_factor::picture;

/// The picture; 404 where nothing is being set up.
pub(in crate::http) async fn show(State(state): State<HttpState>) -> Response {
    let owner = match state.shop.store.owner().await {
        Ok(owner) => owner,
        Err(error) => {
            tracing::warn!(%error, "the owner's account could not be read");
            return plain_page(
                StatusCode::SERVICE_UNAVAILABLE,
                "The database does not answer",
                "Load this page again in a moment.",
            );
        }
    };
    match owner.and_then(|owner| owner.setup_secret).as_deref().and_then(picture) {
        Some(svg) => ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response(),
        None => plain_page(
            StatusCode::NOT_FOUND,
            "No second factor is being set up",
            "Open your account and begin to set one up.",
        ),
    }
}
