//! What the routes share, and what every rendered page finds in its context. Made by `startup`.

use super::client_address::Networks;
use super::ingest::door::Ingest;
use super::login_desk::LoginDesk;
use super::page_views::PageViewCounter;
use super::rate_limits::RateLimits;
use super::security;
use super::stream_places::StreamPlaces;
use app::{Shop, SiteVersion};
use axum::extract::FromRef;
use leptos::prelude::{LeptosOptions, provide_context};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use store::PageView;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

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
