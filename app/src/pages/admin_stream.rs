//! `/admin/streams/<topic>`, what is counted of a stream: rendered on the server, then kept current by the dashboard's
//! island; without JavaScript it loads again every 30 seconds. Called by the route table.

use axum::http::request::Parts;
use domain::Snapshot;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::not_found::NotFoundPage;
use super::shown::shown_alone;
use crate::api::owners_shop;
use crate::components::{ConnectionBadge, ModulePreload, Title, as_of, report_notice};
use crate::dashboard::{DASHBOARD, reload_seconds_min};
use crate::islands::Dashboard;
use crate::stream_report::{StreamAnswer, body, head, stream_answer};
use crate::{ShopError, response};

/// A page that nothing keeps current is loaded again after this time.
const REFRESH_SECONDS: u32 = 30;

/// The page.
#[component]
pub fn AdminStreamPage() -> impl IntoView {
    let topic = use_params_map().read_untracked().get("topic").unwrap_or_default();
    let query = use_context::<Parts>().and_then(|parts| parts.uri.query().map(str::to_owned)).unwrap_or_default();
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"{REFRESH_SECONDS}\">");
    view! {
        <noscript inner_html=refresh></noscript>
        <div class="dashboard" data-refresh-seconds=REFRESH_SECONDS>
            {shown_alone(
                load(topic, query),
                |found| match found {
                    Some((snapshot, answer)) => show(&snapshot, &answer),
                    None => view! { <NotFoundPage /> }.into_any(),
                },
            )}
        </div>
    }
}

/// `None`: no stream has this name.
async fn load(topic: String, query: String) -> Result<Option<(Snapshot, StreamAnswer)>, ShopError> {
    let shop = owners_shop().await?;
    let Some(topic) = shop.store.streams().of(&topic) else { return Ok(None) };
    let answer = stream_answer(&shop.store, topic, &query).await?;
    if answer.problem.is_some() {
        response::bad_request();
    }
    let snapshot = shop.live.borrow().as_ref().clone();
    Ok(Some((snapshot, answer)))
}

fn show(snapshot: &Snapshot, answer: &StreamAnswer) -> AnyView {
    let (report, stream) = (&answer.shown.report, answer.shown.topic.stream());
    let content = view! {
        <header class="dashboard-head">
            <div>
                <h1>{stream.title.clone()}</h1>
                <p>{stream.about.clone()}</p>
                <p class="as-of">
                    "As of " {as_of(snapshot)}
                    <noscript>{format!(", refreshed every {REFRESH_SECONDS} seconds")}</noscript> " · "
                    <a href=DASHBOARD>"Back to the dashboard"</a> " · "
                    <a href=format!("/admin/alerts?stream={}#measure-rule-add", stream.topic)>"Add an alert"</a>
                </p>
            </div>
            <ConnectionBadge />
        </header>
        <section class="report" aria-labelledby="report-heading">
            <h2 id="report-heading" class="visually-hidden">
                "A span of time"
            </h2>
            {head(answer)}
            <p class="report-loading" id="report-loading" role="status"></p>
            <p class="report-notice" id="report-failure" role="alert" data-testid="report-failure" hidden>
                "These figures could not be loaded; those of before are shown. Trying again."
            </p>
            {report_notice(answer.problem)}
            <div
                class="report-body"
                id="report-body"
                data-testid="report"
                data-reload-seconds-min=reload_seconds_min(report)
            >
                {body(answer)}
            </div>
        </section>
    }
    .into_any();
    view! {
        <Title text=format!("{} · Pantry", stream.title) />
        <ModulePreload />
        <Dashboard>{content}</Dashboard>
    }
    .into_any()
}
