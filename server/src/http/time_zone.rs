//! `POST /admin/metrics/time-zone`: the owner chooses the zone of days and hours. Called by the router, behind the guard.

use super::owner_paths::DASHBOARD_PATH;
use super::plain_page::plain_page;
use super::router::HttpState;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::Zone;

/// The form.
#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    zone: String,
}

/// `POST /admin/metrics/time-zone`.
pub(super) async fn choose(State(state): State<HttpState>, Form(choice): Form<Choice>) -> Response {
    let Some(zone) = Zone::named(&choice.zone) else {
        return plain_page(
            StatusCode::UNPROCESSABLE_ENTITY,
            "There is no such time zone",
            "Go back and choose one from the list. Nothing was changed.",
        );
    };
    match state.shop.store.set_time_zone(&zone).await {
        Ok(()) => Redirect::to(DASHBOARD_PATH).into_response(),
        Err(error) => {
            tracing::warn!(%error, "the time zone could not be kept");
            plain_page(
                StatusCode::SERVICE_UNAVAILABLE,
                "The time zone could not be kept",
                "The database does not answer. Nothing was changed; try again in a moment.",
            )
        }
    }
}
