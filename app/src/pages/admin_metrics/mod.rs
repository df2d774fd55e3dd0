//! `/admin/metrics`, the owner's live dashboard: rendered on the server with current figures, then kept current by
//! the stream of snapshots; without JavaScript it loads again every 30 seconds. What the address asks for is a report,
//! loaded anew when the address changes, and while it includes now, when something was counted (`live`). Called by the
//! route table.

mod live;

use crate::api::{live_snapshot, owners_report};
use crate::components::{
    ClosedMinutes, ConnectionBadge, Facts, FirstSteps, LatestFeedback, LatestOrders, Measure, OpenAlerts, OpenMinute,
    PipelineState, RangeBar, ReportChart, ReportTable, ReportTiles, Title, Today, TopGoods, TopPages,
    VerificationState,
};
use crate::pages::data::OwnersData;
use crate::pages::loaded::{Loading, loaded};
use crate::response;
use crate::router::use_location;
use domain::report::Answer;
use domain::{Report, ReportQuery, Snapshot};
use leptos::prelude::*;
use live::{Live, Shown};

/// A page that nothing keeps current is loaded again after this time.
const REFRESH_SECONDS: u32 = 30;

/// The page.
#[component]
pub fn AdminMetricsPage() -> impl IntoView {
    let search = use_location().search;
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"{REFRESH_SECONDS}\">");
    view! {
        <Title text="Dashboard" />
        <noscript inner_html=refresh></noscript>
        // Once: a later address loads the report alone, and leaves the stream as it is.
        <div class="dashboard" data-refresh-seconds=REFRESH_SECONDS>{loaded(move || search.get_untracked(), load, show)}</div>
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

#[component]
fn Dashboard(first: Snapshot, answer: Answer) -> impl IntoView {
    let here = use_location();
    let address = Signal::derive(move || here.address());
    let live = Live::new(first, answer);
    live.keep_current();
    let Live { snapshot, connection, answer, shown, .. } = live;
    let report = Memo::new(move |last: Option<&Report>| match &*answer.read() {
        Answer::Report(report) => (**report).clone(),
        Answer::Problem(_) => last.cloned().unwrap_or_default(),
    });
    // Not that of the report: a choice adds to the one before, whose report may still be on its way.
    let asked_for = Memo::new(move |last: Option<&ReportQuery>| {
        ReportQuery::parse(&here.search.get()).unwrap_or_else(|_| last.copied().unwrap_or_default())
    });
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
                    <noscript>{format!(", refreshed every {REFRESH_SECONDS} seconds")}</noscript> " · "
                    <a href="/admin/alerts">"Alerts"</a> " · " <a href="/admin/account">"Account"</a>
                </p>
            </div>
            <ConnectionBadge connection as_of address />
            <form method="post" action="/admin/logout">
                <button class="button-quiet" type="submit" data-testid="logout">
                    "Log out"
                </button>
            </form>
        </header>
        <OpenAlerts snapshot />
        <Facts snapshot />
        <FirstSteps snapshot />
        <div class="now">
            <OpenMinute snapshot />
            <Today snapshot />
        </div>
        <section class="report" aria-labelledby="report-heading">
            <h2 id="report-heading" class="visually-hidden">
                "A span of time"
            </h2>
            <RangeBar asked_for report />
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
