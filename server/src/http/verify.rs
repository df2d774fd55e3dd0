//! `POST /admin/metrics/verify`: the owner asks for a check, and sees its result on the dashboard. Called by the
//! router.

use super::owner_paths::DASHBOARD_PATH;
use super::state::HttpState;
use axum::extract::State;
use axum::response::Redirect;

/// Asks, and goes back to the dashboard; one that runs or waits already is enough.
pub(super) async fn verify(State(state): State<HttpState>) -> Redirect {
    state.verify_asked.notify_one();
    Redirect::to(DASHBOARD_PATH)
}
