//! `/admin/alerts`: what the owner wants to be told of, what was told, and how the webhook stands. Its forms are plain
//! ones and need no JavaScript; refused, the form of the rules is shown again here. Called by the route table.

use domain::AlertsPage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::shown::shown;
use crate::api::owners_shop;
use crate::components::{AlertHistory, MeasureRules, RulesFormView, Title, WebhookState};
use crate::{MeasureRefusal, RulesRefusal, ShopError, make_alerts_page};

/// The page.
#[component]
pub fn AdminAlertsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move |name: &str| query.read_untracked().get(name).unwrap_or_default();
    let skip = asked("skip").parse().unwrap_or_default();
    let news = news(&asked("kept"), &asked("test"));
    view! {
        <Title text="Alerts · Pantry" />
        <div class="dashboard alerts">
            <header class="dashboard-head">
                <h1>"Alerts"</h1>
                <a class="letters-back" href="/admin/metrics">
                    "Back to the dashboard"
                </a>
            </header>
            {news
                .map(|news| {
                    view! {
                        <p class="letters-news" role="status" data-testid="alerts-news">
                            {news}
                        </p>
                    }
                })}
            {shown(load(skip, asked("stream"), use_context(), use_context()), show)}
        </div>
    }
}

/// What the last press of a button did.
fn news(kept: &str, test: &str) -> Option<&'static str> {
    match (kept, test) {
        ("rules", _) => Some("The rules are kept."),
        ("added", _) => Some("The rule is added. It looks at complete minutes alone."),
        ("changed", _) => Some("The rule is changed."),
        ("deleted", _) => Some("The rule is deleted. Its alert ends, if one is open."),
        (_, "sent") => Some("A test is on its way. Load this page again to see what became of it."),
        (_, "waits") => Some("A test is on its way already."),
        _ => None,
    }
}

/// The page without the `skip` alerts that ended last; a form as it was refused, where one was.
async fn load(
    skip: i64,
    stream: String,
    refusal: Option<RulesRefusal>,
    of_measure: Option<MeasureRefusal>,
) -> Result<AlertsPage, ShopError> {
    let shop = owners_shop().await?;
    let mut page = make_alerts_page(&shop, skip.max(0), &stream).await?;
    if let Some(refusal) = refusal {
        (page.form, page.problems, page.failure) = (refusal.form, refusal.problems, refusal.failure);
    }
    if let Some(refusal) = of_measure {
        refusal.put_into(&mut page.measures);
    }
    Ok(page)
}

fn show(page: AlertsPage) -> AnyView {
    let is_refused = !page.problems.is_empty() || page.failure.is_some();
    let is_measure_refused = page.measures.is_refused();
    let AlertsPage { open, ended, skipped_num, ended_num, zone, .. } = page.clone();
    let history = view! { <AlertHistory open ended skipped_num ended_num zone /> }.into_any();
    let rules = view! { <RulesFormView form=page.form problems=page.problems failure=page.failure zone=page.zone /> }
        .into_any();
    let measures = view! { <MeasureRules part=page.measures /> }.into_any();
    // Whoever sent a form sees at once what is wrong with it.
    let parts = match (is_refused, is_measure_refused) {
        (true, _) => [rules, history, measures],
        (_, true) => [measures, history, rules],
        _ => [history, rules, measures],
    };
    view! {
        {parts.into_iter().collect_view()}
        <WebhookState webhook=page.webhook />
    }
    .into_any()
}
