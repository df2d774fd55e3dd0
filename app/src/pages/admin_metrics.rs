//! `/admin/metrics`, the owner's live dashboard: rendered on the server with current figures, then kept current by its
//! island; without JavaScript it loads again every 30 seconds. What the address asks for is a report.

use axum::http::request::Parts;
use domain::Snapshot;
use domain::report::Answer;
use leptos::prelude::*;

use super::shown::shown_alone;
use crate::api::owners_shop;
use crate::components::{
    ConnectionBadge, Measure, ModulePreload, Title, as_of, closed_minutes, facts_row, first_steps, latest_feedback,
    latest_orders, open_alerts, open_minute, pipeline_state, range_bar, report_chart, report_notice, report_table,
    report_tiles, today, top_goods, top_pages, verification_state,
};
use crate::dashboard::{DASHBOARD, answer_of, query_and_report, reload_seconds_min};
use crate::islands::Dashboard;
use crate::stream_report::address_of;
use crate::{ShopError, response};
use streams::{Streams, Topic};

/// A page that nothing keeps current is loaded again after this time.
const REFRESH_SECONDS: u32 = 30;

/// The page.
#[component]
pub fn AdminMetricsPage() -> impl IntoView {
    let query = use_context::<Parts>().and_then(|parts| parts.uri.query().map(str::to_owned)).unwrap_or_default();
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"{REFRESH_SECONDS}\">");
    view! {
        <Title text="Dashboard" />
        <noscript inner_html=refresh></noscript>
        <div class="dashboard" data-refresh-seconds=REFRESH_SECONDS>
            {shown_alone(load(query), |(snapshot, answer, others)| show(&snapshot, &answer, &others))}
        </div>
    }
}

async fn load(query: String) -> Result<(Snapshot, Answer, Vec<Topic>), ShopError> {
    let shop = owners_shop().await?;
    let answer = answer_of(&shop.store, &query).await?;
    if matches!(answer, Answer::Problem(_)) {
        response::bad_request();
    }
    let snapshot = shop.live.borrow().as_ref().clone();
    Ok((snapshot, answer, others(shop.store.streams())))
}

/// The streams that have no place of their own on the dashboard.
fn others(streams: &Streams) -> Vec<Topic> {
    streams.all().iter().copied().filter(|topic| !topic.is_on_dashboard()).collect()
}

fn show(snapshot: &Snapshot, answer: &Answer, others: &[Topic]) -> AnyView {
    let (query, report) = query_and_report(answer);
    let content = view! {
            <header class="dashboard-head">
                <div>
                    <h1>"Dashboard"</h1>
                    <p class="as-of">
                        "As of " {as_of(snapshot)}
                        <noscript>{format!(", refreshed every {REFRESH_SECONDS} seconds")}</noscript> " · "
                        <a href="/admin/alerts">"Alerts"</a> " · " <a href="/admin/account">"Account"</a>
                    </p>
                </div>
                <ConnectionBadge />
                <form method="post" action="/admin/logout">
                    <button class="button-quiet" type="submit" data-testid="logout">
                        "Log out"
                    </button>
                </form>
            </header>
            {open_alerts(snapshot)}
            {facts_row(snapshot)}
            {first_steps(snapshot)}
            <div class="now">{open_minute(snapshot)} {today(snapshot)}</div>
            <section class="report" aria-labelledby="report-heading">
                <h2 id="report-heading" class="visually-hidden">
                    "A span of time"
                </h2>
                {range_bar(DASHBOARD, query, &report)}
                <p class="report-loading" id="report-loading" role="status"></p>
                <p class="report-notice" id="report-failure" role="alert" data-testid="report-failure" hidden>
                    "These figures could not be loaded; those of before are shown. Trying again."
                </p>
                {report_notice(answer.problem())}
                <div
                    class="report-body"
                    id="report-body"
                    data-testid="report"
                    data-reload-seconds-min=reload_seconds_min(&report)
                >
                    {report_tiles(&report)}
                    <div class="charts">
                        {report_chart(Measure::Revenue, &report)}
                        {report_chart(Measure::Orders, &report)}
                        {report_chart(Measure::Requests, &report)}
                        {latest_orders(snapshot)}
                    </div>
                    {report_table(&report)}
                    <div class="lists">{top_goods(&report)} {top_pages(&report)} {latest_feedback(snapshot)}</div>
                </div>
            </section>
            {other_streams(others)}
            <div class="dashboard-foot">
                {closed_minutes(snapshot)}
                <div class="foot-side">{verification_state(snapshot)} {pipeline_state(snapshot)}</div>
            </div>
    }
    .into_any();
    view! {
        <ModulePreload />
        <Dashboard>{content}</Dashboard>
    }
    .into_any()
}

/// A line that leads to the pages of all other streams.
fn other_streams(others: &[Topic]) -> Option<AnyView> {
    let links = others.iter().map(|topic| {
        let stream = topic.stream();
        view! {
            <li>
                <a href=address_of(*topic)>{stream.title.clone()}</a>
                <span class="panel-note">{stream.about.clone()}</span>
            </li>
        }
    });
    (!others.is_empty()).then(|| {
        view! {
            <nav class="panel other-streams" aria-labelledby="other-streams-heading" data-testid="other-streams">
                <h2 id="other-streams-heading">"More streams"</h2>
                <ul>{links.collect_view()}</ul>
            </nav>
        }
        .into_any()
    })
}
