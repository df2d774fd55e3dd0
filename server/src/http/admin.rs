//! The owner's routes that are not pages: forms, the stream, the files. Pages are in the route table of the app.
//! Nothing here asks for a session; the guard around the router does. Called by the router.

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};

use super::owner_paths::{DASHBOARD_PATH, LOGIN_PATH};
use super::state::HttpState;
use super::{account, alerts, csv, export, letters, login, measure_rules, stream, time_zone, verify};

/// Everything of the owner's but the pages.
pub(super) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/admin", get(|| async { Redirect::to(DASHBOARD_PATH) }))
        .route(LOGIN_PATH, post(login::log_in))
        .route("/admin/logout", post(login::log_out))
        .route("/admin/metrics/verify", post(verify::verify))
        .route("/admin/dead-letters/redrive-all", get(letters::list).post(letters::redrive_all))
        .route("/admin/dead-letters/{id}/redrive", post(letters::redrive))
        .route("/admin/dead-letters/{id}/discard", post(letters::discard))
        .route("/admin/account", post(account::change))
        .route("/admin/account/second-factor.svg", get(account::picture::show))
        .route("/admin/alerts", post(alerts::keep_rules))
        .route("/admin/alerts/test", get(alerts::page).post(alerts::send_test))
        .route("/admin/alerts/measures", get(alerts::page).post(measure_rules::add))
        .route("/admin/alerts/measures/{id}", get(alerts::page).post(measure_rules::change))
        .route("/admin/alerts/measures/{id}/delete", get(alerts::page).post(measure_rules::delete))
        .route("/admin/metrics/stream", get(stream::stream))
        .route("/admin/metrics/live", get(stream::live))
        .route("/admin/metrics/requests.csv", get(csv::requests_csv))
        .route("/admin/metrics/orders.csv", get(csv::orders_csv))
        .route("/admin/metrics/feedback.csv", get(csv::feedback_csv))
        .route("/admin/metrics/export.csv", get(export::export_csv))
        .route("/admin/streams/{topic}/export.csv", get(export::export_stream_csv))
        .route("/admin/metrics/time-zone", post(time_zone::choose))
}
