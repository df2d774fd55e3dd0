//! `/admin/alerts`: what the owner wants to be told of, what was told, and how the webhook stands. Its forms are plain
//! ones and need no JavaScript; refused, the form of the rules is shown again here. Called by the route table.

use domain::AlertsPage;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::shown::shown;
use crate::api::owners_shop;
use crate::components::{AlertHistory, RulesFormView, Title, WebhookState};
use crate::{RulesRefusal, ShopError, make_alerts_page};

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
            {shown(load(skip, use_context()), show)}
        </div>
    }
}

/// What the last press of a button did.
fn news(kept: &str, test: &str) -> Option<&'static str> {
    match (kept, test) {
        ("rules", _) => Some("The rules are kept."),
        (_, "sent") => Some("A test is on its way. Load this page again to see what became of it."),
        (_, "waits") => Some("A test is on its way already."),
        _ => None,
    }
}

/// The page without the `skip` alerts that ended last; its form as it was refused, where it was.
async fn load(skip: i64, refusal: Option<RulesRefusal>) -> Result<AlertsPage, ShopError> {
    let shop = owners_shop().await?;
    let mut page = make_alerts_page(&shop, skip.max(0)).await?;
    if let Some(refusal) = refusal {
        (page.form, page.problems, page.failure) = (refusal.form, refusal.problems, refusal.failure);
    }
    Ok(page)
}

fn show(page: AlertsPage) -> AnyView {
    let is_refused = !page.problems.is_empty() || page.failure.is_some();
    let AlertsPage { open, ended, skipped_num, ended_num, zone, .. } = page.clone();
    let history = view! { <AlertHistory open ended skipped_num ended_num zone /> }.into_any();
    let rules = view! { <RulesFormView form=page.form problems=page.problems failure=page.failure zone=page.zone /> }
        .into_any();
    // Whoever sent a form sees at once what is wrong with it.
    let parts = if is_refused { [rules, history] } else { [history, rules] };
    view! {
        {parts.into_iter().collect_view()}
        <WebhookState webhook=page.webhook />
    }
    .into_any()
}
