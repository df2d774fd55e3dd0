//! `POST /admin/metrics/time-zone`: the owner chooses the zone of days and hours. Called by the router, behind the
//! guard.

use super::limits;
use super::owner_paths::DASHBOARD_PATH;
use super::plain_page::plain_page;
use super::posted::{field, posted};
use super::state::HttpState;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use store::Zone;

/// `POST /admin/metrics/time-zone`, with the field `zone`.
pub(super) async fn choose(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((_, body)) = posted(request).await else { return limits::too_large() };
    let Some(zone) = Zone::named(&field(&body, "zone").unwrap_or_default()) else {
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
