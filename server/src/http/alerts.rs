//! The owner's forms for alerts: plain posts, answered with a redirect to the page, or with the page, what is wrong and
//! everything that was typed. The page itself is in the route table of the app. Called by the router.

use app::RulesRefusal;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::RulesForm;
use leptos::prelude::provide_context;
use store::{StoreError, TestAsked};

use super::limits;
use super::plain_page::plain_page;
use super::posted::{field, posted};
use super::shown_again::shown_again;
use super::state::HttpState;

/// Where the rules are.
const ALERTS_PATH: &str = "/admin/alerts";

/// `POST /admin/alerts`, with the form of the rules.
pub(super) async fn keep_rules(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let form =
        RulesForm::read(|name| field(&body, name).is_some(), |typed| field(&body, typed.name()).unwrap_or_default());
    let (refusal, status) = match form.parse() {
        Err(problems) => (RulesRefusal { form, problems, failure: None }, StatusCode::UNPROCESSABLE_ENTITY),
        Ok(rules) => match state.shop.store.set_alert_rules(rules).await {
            Ok(()) => return Redirect::to(&format!("{ALERTS_PATH}?kept=rules")).into_response(),
            Err(error) => (unkept(form, &error), StatusCode::SERVICE_UNAVAILABLE),
        },
    };
    shown_again(&state, parts, status, move || provide_context(refusal.clone())).await
}

fn unkept(form: RulesForm, error: &StoreError) -> RulesRefusal {
    tracing::warn!(%error, "the rules for alerts could not be kept");
    let words = "The database does not answer, so it is not known whether the rules were kept. Press the button again in \
                 a moment.";
    RulesRefusal { form, problems: Vec::new(), failure: Some(words.to_owned()) }
}

/// `GET` of `/admin/alerts/test` and the like: whoever loads the address of a form again wants the page.
pub(super) async fn page() -> Redirect {
    Redirect::to(ALERTS_PATH)
}

/// `POST /admin/alerts/test`: sends a test to the webhook.
pub(super) async fn send_test(State(state): State<HttpState>) -> Response {
    if state.shop.webhook.is_none() {
        return plain_page(
            StatusCode::CONFLICT,
            "There is no webhook",
            "Set ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET, and start the shop again. Nothing was sent.",
        );
    }
    match state.shop.store.ask_alert_test().await {
        Ok(asked) => {
            state.delivery_made.notify_one();
            let became = if asked == TestAsked::Made { "sent" } else { "waits" };
            Redirect::to(&format!("{ALERTS_PATH}?test={became}")).into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "a test could not be sent");
            plain_page(
                StatusCode::SERVICE_UNAVAILABLE,
                "The test could not be sent",
                "The database does not answer. Go back and try again in a moment.",
            )
        }
    }
}
