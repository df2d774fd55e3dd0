//! `/admin/metrics`, the owner's live dashboard: rendered on the server with current figures, then kept current by
//! the stream of snapshots; without JavaScript it loads again every 30 seconds. What the address asks for is a report,
//! loaded anew when the address changes, and while it includes now, when something was counted. Called by the route table.

use crate::api::{live_snapshot, owners_report};
use crate::browser::{Follower, follow};
use crate::components::{
    ClosedMinutes, Connection, ConnectionBadge, Facts, LatestFeedback, LatestOrders, Measure, OpenAlerts, OpenMinute,
    PipelineState, RangeBar, ReportChart, ReportTable, ReportTiles, Title, Today, TopGoods, TopPages,
    VerificationState,
};
use crate::pages::data::OwnersData;
use crate::pages::loaded::{Loading, loaded};
use crate::router::use_location;
use crate::{ShopError, response};
use domain::report::{Answer, BucketSize};
use domain::{Figures, Minute, Report, Snapshot};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;

const STREAM: &str = "/admin/metrics/stream";
const STREAM_EVENT: &str = "stats";
const REFRESH_WITHOUT_JAVASCRIPT: &str = r#"<meta http-equiv="refresh" content="30">"#;
/// A live report is loaded again at most so often; one of many days seldomer.
const RELOAD_MICROS_MIN: i64 = 2_000_000;
const RELOAD_DAYS_MICROS_MIN: i64 = 10_000_000;

/// The page.
#[component]
pub fn AdminMetricsPage() -> impl IntoView {
    let search = use_location().search;
    view! {
        <Title text="Dashboard" />
        <noscript inner_html=REFRESH_WITHOUT_JAVASCRIPT></noscript>
        // Once: a later address loads the report alone, and leaves the stream as it is.
        <div class="dashboard">{loaded(move || search.get_untracked(), load, show)}</div>
    }
}

fn load(query: String) -> Loading<OwnersData> {
    Box::pin(async move {
        let (snapshot, answer) = (live_snapshot().await?, owners_report(query).await?);
        if matches!(answer, Answer::Problem(_)) {
            response::bad_request();
        }
        Ok(OwnersData { snapshot: Some(snapshot), answer: Some(answer), ..OwnersData::default() })
    })
}

fn show(data: OwnersData) -> AnyView {
    let first = data.snapshot.unwrap_or_default();
    let answer = data.answer.unwrap_or_else(|| Answer::Report(Box::default()));
    view! { <Dashboard first answer /> }.into_any()
}

/// How the report on the page stands to its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// It is what was asked for.
    Current,
    /// Another one is on its way.
    Loading,
    /// Another one could not be had; the last one is still shown.
    Failed,
}

#[component]
fn Dashboard(first: Snapshot, answer: Answer) -> impl IntoView {
    let snapshot = RwSignal::new(first);
    let connection = RwSignal::new(Connection::Idle);
    keep_current(snapshot, connection);
    let (answer, shown) = (RwSignal::new(answer), RwSignal::new(Shown::Current));
    keep_report(snapshot, answer, shown);
    let report = Memo::new(move |last: Option<&Report>| match &*answer.read() {
        Answer::Report(report) => (**report).clone(),
        Answer::Problem(_) => last.cloned().unwrap_or_default(),
    });
    let query = Memo::new(move |_| report.read().query);
    let as_of = Signal::derive(move || {
        let snapshot = snapshot.read();
        snapshot.local.time(snapshot.taken_at)
    });
    view! {
        <header class="dashboard-head">
            <div>
                <h1>"Dashboard"</h1>
                <p class="as-of">
                    "As of " <time data-testid="as-of">{move || as_of.get()}</time>
                    <noscript>", refreshed every 30 seconds"</noscript> " · "
                    <a href="/admin/alerts">"Alerts"</a>
                </p>
            </div>
            <ConnectionBadge connection as_of />
            <form method="post" action="/admin/logout">
                <button class="button-quiet" type="submit" data-testid="logout">
                    "Log out"
                </button>
            </form>
        </header>
        <OpenAlerts snapshot />
        <Facts snapshot />
        <div class="now">
            <OpenMinute snapshot />
            <Today snapshot />
        </div>
        <section class="report" aria-labelledby="report-heading">
            <h2 id="report-heading" class="visually-hidden">
                "A span of time"
            </h2>
            <RangeBar query report />
            <p class="report-loading" role="status">
                {move || (shown.get() == Shown::Loading).then_some("Loading…")}
            </p>
            {move || notice(&answer.read(), shown.get())}
            <div
                class=move || report_class(&answer.read(), shown.get())
                aria-busy=move || (shown.get() == Shown::Loading).then_some("true")
                data-testid="report"
            >
                <ReportTiles report />
                <div class="charts">
                    <ReportChart measure=Measure::Revenue report />
                    <ReportChart measure=Measure::Orders report />
                    <ReportChart measure=Measure::Requests report />
                    <LatestOrders snapshot />
                </div>
                <ReportTable report />
                <div class="lists">
                    <TopGoods report />
                    <TopPages report />
                    <LatestFeedback snapshot />
                </div>
            </div>
        </section>
        <div class="dashboard-foot">
            <ClosedMinutes snapshot />
            <div class="foot-side">
                <VerificationState snapshot />
                <PipelineState snapshot />
            </div>
        </div>
    }
}

fn notice(answer: &Answer, shown: Shown) -> AnyView {
    let words = match (answer, shown) {
        (Answer::Problem(problem), _) => problem.to_string(),
        (_, Shown::Failed) => "These figures could not be loaded; those of before are shown. Trying again.".to_owned(),
        (_, Shown::Current | Shown::Loading) => return ().into_any(),
    };
    view! { <p class="report-notice" role="alert" data-testid="report-notice">{words}</p> }.into_any()
}

fn report_class(answer: &Answer, shown: Shown) -> &'static str {
    match (answer, shown) {
        (Answer::Problem(_), _) => "report-body is-absent",
        (_, Shown::Loading) => "report-body is-loading",
        (_, Shown::Current | Shown::Failed) => "report-body",
    }
}

/// Loads the report when the address changes, and a live one when something was counted since, but not too often.
fn keep_report(snapshot: RwSignal<Snapshot>, answer: RwSignal<Answer>, shown: RwSignal<Shown>) {
    let search = use_location().search;
    let counted = |snapshot: &Snapshot| (snapshot.today, Minute::of(snapshot.taken_at), snapshot.pipeline.closed_until);
    Effect::new(move |last: Option<(String, i64, (Figures, Minute, Minute))>| {
        let query = search.get();
        let (now, counts) = snapshot.with(|snapshot| (snapshot.taken_at.micros(), counted(snapshot)));
        let Some((last_query, last_at, last_counts)) = last else { return (query, now, counts) };
        let is_other = last_query != query;
        let is_stale = last_counts != counts && is_due(&answer.read_untracked(), now - last_at);
        let wants_again = shown.get_untracked() == Shown::Failed && now - last_at >= RELOAD_MICROS_MIN;
        if !(is_other || is_stale || wants_again) {
            return (last_query, last_at, last_counts);
        }
        if is_other {
            shown.set(Shown::Loading);
        }
        spawn_local(load_report(query.clone(), search, answer, shown));
        (query, now, counts)
    });
}

fn is_due(answer: &Answer, micros_since: i64) -> bool {
    let Answer::Report(report) = answer else { return false };
    let pause = if report.query.size == BucketSize::Day { RELOAD_DAYS_MICROS_MIN } else { RELOAD_MICROS_MIN };
    report.is_live && micros_since >= pause
}

async fn load_report(query: String, search: RwSignal<String>, answer: RwSignal<Answer>, shown: RwSignal<Shown>) {
    let loaded = owners_report(query.clone()).await;
    // The page is gone, or shows another address by now.
    if search.try_get_untracked() != Some(query) {
        return;
    }
    match loaded {
        Ok(next) => {
            answer.set(next);
            shown.set(Shown::Current);
        }
        Err(_) => shown.set(Shown::Failed),
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
