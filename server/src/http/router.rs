//! The table of all routes, and the layers around them.
//!
//! A request passes the layers from the outermost to the routes: client, request id, headers, compression, words,
//! panics, time limit, forgery, slashes, the owner's guard, address length, rate limits, body limit, page views. Pages
//! render through leptos; the owner's routes are merged in from `admin`.

use super::compression::compression_layer;
use super::page_views::PageViewCounter;
use super::state::{HttpState, page_context};
use super::{
    admin, admin_guard, client_address, feedback, ingest, limits, my_orders, newsletter, order_form, page_views,
    plain_page, rate_limits, request_id, security, static_files, theme, trailing_slash,
};
use app::{App, shell};
use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::post;
use domain::subscription::{CONFIRM_ADDRESS, FORM_ADDRESS, LEAVE_ADDRESS};
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;

/// Everything that the shop answers on its address.
pub fn router(state: HttpState) -> Router {
    let views = PageViewCounter::from_ref(&state);
    let (proxies, rate_limits) = (state.clients.trusted_proxies.clone(), Arc::clone(&state.clients.rate_limits));
    pages(&state)
        // The shop without JavaScript.
        .route("/order-new", post(order_form::submit))
        .route("/order-new-complete", post(feedback::submit))
        .route(app::theme::ADDRESS, post(theme::choose))
        .route("/my-orders/forget", post(my_orders::forget))
        .route(FORM_ADDRESS, post(newsletter::ask))
        .route(CONFIRM_ADDRESS, post(newsletter::confirm))
        .route(LEAVE_ADDRESS, post(newsletter::leave))
        // The owner.
        .merge(admin::routes())
        .method_not_allowed_fallback(plain_page::method_not_allowed)
        // Files; and whatever is none of all this, answered by the shop's own 404 page.
        .nest_service("/pkg", static_files::pkg(&state))
        .fallback_service(static_files::public(&state))
        .layer(from_fn_with_state(views, page_views::count_page))
        .layer(limits::body_limit_layer())
        .layer(from_fn(limits::refuse_large_body))
        // Devices and scripts, whose bodies have a limit of their own.
        .merge(ingest::routes())
        .layer(from_fn_with_state(rate_limits, rate_limits::limit_rate))
        .layer(from_fn(limits::refuse_long_address))
        .layer(from_fn_with_state(state.clone(), admin_guard::guard_owner))
        .layer(from_fn(trailing_slash::without_trailing_slash))
        .layer(security::forgery_layer())
        .layer(from_fn(limits::limit_time))
        .layer(CatchPanicLayer::custom(plain_page::panicked))
        .layer(from_fn(plain_page::put_into_words))
        .layer(compression_layer())
        .layer(from_fn(security::set_headers))
        .layer(from_fn_with_state(proxies.clone(), request_id::name))
        .layer(from_fn_with_state(proxies, client_address::identify))
        .with_state(state)
}

/// The pages, each at the address that the app's route table gives it, and the server functions at their endpoints.
fn pages(state: &HttpState) -> Router<HttpState> {
    let options = state.options.clone();
    let pages = generate_route_list(App);
    Router::new().leptos_routes_with_context(state, pages, page_context(state), move || shell(options.clone()))
}
