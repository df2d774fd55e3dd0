//! The table of all routes, and the layers around them.
//!
//! A request passes the layers from the outermost to the routes: client, request id, headers, compression, words,
//! panics, time limit, forgery, slashes, the owner's guard, address length, rate limits, body limit, page views. Pages
//! render through leptos; the owner's routes are merged in from `admin`.

use app::{App, Shop, SiteVersion, shell};
use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::post;
use domain::subscription::{CONFIRM_ADDRESS, FORM_ADDRESS, LEAVE_ADDRESS};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use store::PageView;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use super::client_address::{self, Networks};
use super::compression::compression_layer;
use super::ingest::{self, Ingest};
use super::login::LoginDesk;
use super::page_views::PageViewCounter;
use super::rate_limits::{self, RateLimits};
use super::stream::StreamPlaces;
use super::{
    admin, admin_guard, feedback, limits, my_orders, newsletter, order_form, page_views, plain_page, request_id,
    security, static_files, theme, trailing_slash,
};

/// What the routes share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpState {
    /// The shop's data, handed to pages and server functions.
    pub shop: Shop,
    /// Where the site's files are.
    pub options: LeptosOptions,
    /// The bounded way to the outbox; a page never waits for it.
    pub page_views: mpsc::Sender<PageView>,
    /// Page views that found that way full; shown on the dashboard.
    pub dropped_page_views: Arc<AtomicI64>,
    /// Who the clients are, and how much they may do.
    pub clients: Clients,
    /// Who may bring events over HTTP.
    pub ingest: Ingest,
    /// What the log-ins share.
    pub login_desk: Arc<LoginDesk>,
    /// The places for the dashboard's streams.
    pub stream_places: StreamPlaces,
    /// Asks for a check that orders, figures and files agree.
    pub verify_asked: Arc<Notify>,
    /// Wakes the sender of messages about alerts.
    pub delivery_made: Arc<Notify>,
    /// Which build of its files the site has.
    pub site: SiteVersion,
    /// The port where `cargo leptos watch` tells open pages to reload; `None` but for that.
    pub reload_port: Option<u16>,
    /// The folder of the CSV files.
    pub data_dir: PathBuf,
    /// Ends open streams when the shop stops.
    pub shutdown: CancellationToken,
}

/// Who the clients are, and how much they may do. Cheap to clone; the default trusts no proxy and limits nothing.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    /// Whose headers about clients are believed.
    pub trusted_proxies: Networks,
    /// What a client address may do in a minute.
    pub rate_limits: Arc<RateLimits>,
}

impl FromRef<HttpState> for LeptosOptions {
    fn from_ref(state: &HttpState) -> LeptosOptions {
        state.options.clone()
    }
}

impl FromRef<HttpState> for PageViewCounter {
    fn from_ref(state: &HttpState) -> PageViewCounter {
        PageViewCounter::new(state.page_views.clone(), Arc::clone(&state.dropped_page_views))
    }
}

/// Everything that the shop answers on its address.
pub fn router(state: HttpState) -> Router {
    let views = PageViewCounter::from_ref(&state);
    let proxies = state.clients.trusted_proxies.clone();
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
        .layer(from_fn_with_state(state.clone(), rate_limits::limit_rate))
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

/// What every rendered page finds in its context, and the policy that goes with its nonce.
pub(super) fn page_context(state: &HttpState) -> impl Fn() + Clone + Send + Sync + 'static {
    let shop = state.shop.clone();
    let site = state.site.clone();
    let reload_port = state.reload_port;
    move || {
        provide_context(shop.clone());
        provide_context(site.clone());
        security::set_page_policy(reload_port);
    }
}
