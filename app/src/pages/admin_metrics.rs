//! `/admin/metrics`, the owner's live dashboard: rendered on the server with current figures, then kept current by
//! the stream of snapshots; without JavaScript it loads again every 30 seconds. Called by the route table.

use crate::ShopError;
use crate::api::live_snapshot;
use crate::browser::{Follower, follow};
use crate::components::{
    ClosedMinutes, Connection, ConnectionBadge, LastHour, OpenMinute, PipelineState, Today, VerificationState,
};
use crate::pages::data::OwnersData;
use crate::pages::loaded::{Loading, loaded};
use domain::Snapshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use send_wrapper::SendWrapper;

const STREAM: &str = "/admin/metrics/stream";
const STREAM_EVENT: &str = "stats";
const REFRESH_WITHOUT_JAVASCRIPT: &str = r#"<meta http-equiv="refresh" content="30">"#;

/// The page.
#[component]
pub fn AdminMetricsPage() -> impl IntoView {
    view! {
        <Title text="Dashboard" />
        <noscript inner_html=REFRESH_WITHOUT_JAVASCRIPT></noscript>
        <div class="dashboard">{loaded(String::new, load, show)}</div>
    }
}

fn load(_: String) -> Loading<OwnersData> {
    Box::pin(async {
        let snapshot = live_snapshot().await?;
        Ok(OwnersData { snapshot: Some(snapshot), ..OwnersData::default() })
    })
}

fn show(data: OwnersData) -> AnyView {
    let first = data.snapshot.unwrap_or_default();
    view! { <Dashboard first /> }.into_any()
}

#[component]
fn Dashboard(first: Snapshot) -> impl IntoView {
    let snapshot = RwSignal::new(first);
    let connection = RwSignal::new(Connection::Idle);
    keep_current(snapshot, connection);
    let as_of = Signal::derive(move || snapshot.read().taken_at);
    view! {
        <header class="dashboard-head">
            <div>
                <h1>"Dashboard"</h1>
                <p class="as-of">
                    "As of " <time data-testid="as-of">{move || as_of.get().hour_minute_second()}</time>
                    " UTC" <noscript>", refreshed every 30 seconds"</noscript>
                </p>
            </div>
            <ConnectionBadge connection as_of />
            <form method="post" action="/admin/logout">
                <button class="button-quiet" type="submit" data-testid="logout">
                    "Log out"
                </button>
            </form>
        </header>
        <OpenMinute snapshot />
        <Today snapshot />
        <LastHour snapshot />
        <div class="dashboard-foot">
            <ClosedMinutes snapshot />
            <PipelineState snapshot />
        </div>
        <VerificationState snapshot />
    }
}

/// Follows the stream once the page runs in a browser, and closes it with the page.
fn keep_current(snapshot: RwSignal<Snapshot>, connection: RwSignal<Connection>) {
    Effect::new(move |_| {
        let following = follow(
            STREAM,
            STREAM_EVENT,
            Follower {
                on_data: Box::new(move |data| {
                    if let Ok(next) = serde_json::from_str(&data) {
                        snapshot.set(next);
                        set_if_other(connection, Connection::Live);
                    }
                }),
                on_break: Box::new(move || {
                    if connection.get_untracked() != Connection::SignedOut {
                        set_if_other(connection, Connection::Stale);
                        spawn_local(ask_why(connection));
                    }
                }),
                wants_retry: Box::new(move || {
                    connection.try_get_untracked().is_some_and(|now| now != Connection::SignedOut)
                }),
            },
        );
        let following = SendWrapper::new(following);
        on_cleanup(move || drop(following));
    });
}

/// A broken stream does not say why it broke; a function that answers 401 does.
async fn ask_why(connection: RwSignal<Connection>) {
    if live_snapshot().await == Err(ShopError::LoginRequired)
        && connection.try_get_untracked() == Some(Connection::Stale)
    {
        connection.set(Connection::SignedOut);
    }
}

fn set_if_other(connection: RwSignal<Connection>, next: Connection) {
    if connection.get_untracked() != next {
        connection.set(next);
    }
}
