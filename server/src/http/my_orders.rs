//! `POST /my-orders/forget`: takes the list of its orders away from this browser. The orders themselves stay.

use app::my_orders::{MyOrders, came_over_https};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};

/// Leads back to the list, which is empty then.
pub(super) async fn forget(headers: HeaderMap) -> Response {
    let mut response = Redirect::to(app::pages::my_orders::ADDRESS).into_response();
    if let Some(cookie) = MyOrders::forgotten(came_over_https(&headers)) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}
