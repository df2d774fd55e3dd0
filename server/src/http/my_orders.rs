//! `POST /my-orders/forget`: takes the list of its orders away from this browser. The orders themselves stay.

use app::cookies::came_over_https;
use app::my_orders::MyOrders;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};

/// Leads back to the list, which is empty then.
pub(super) async fn forget(headers: HeaderMap) -> Response {
    let mut response = Redirect::to(app::pages::my_orders::ADDRESS).into_response();
    for cookie in MyOrders::forgotten(came_over_https(&headers)) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
