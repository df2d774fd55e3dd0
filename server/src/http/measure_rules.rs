//! The owner's forms for rules on measures: plain posts, answered with a redirect to the page of alerts, or with that
//! page, what is wrong and everything that was typed. Called by the router.

use app::MeasureRefusal;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use domain::alert::{MEASURE_RULES_MAX, MeasureField, MeasureForm, MeasureProblem, MeasureScale};
use leptos::prelude::provide_context;
use store::{MeasureRuleKept, Store, StoreError};

use super::limits;
use super::posted::{field, posted};
use super::shown_again::shown_again;
use super::state::HttpState;

/// Where the rules are.
const ALERTS_PATH: &str = "/admin/alerts";

/// `POST /admin/alerts/measures`: one rule more.
pub(super) async fn add(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let (store, form) = (&state.shop.store, form_of(&body));
    let chosen = form.chosen();
    let scale = chosen.and_then(|(topic, measure)| declared(store, topic, measure));
    let refused = match (form.parse(scale), chosen, scale) {
        (Ok(condition), Some((topic, measure)), Some(scale)) => {
            let kept = store.add_measure_rule(topic, measure, scale.digits, condition).await;
            match refusal(&kept) {
                None => return done("added"),
                Some(refused) => refused,
            }
        }
        (Err(problems), ..) => Refused::of(problems),
        _ => Refused::of(Vec::new()),
    };
    refused.shown(&state, parts, None, form).await
}

/// `POST /admin/alerts/measures/{id}`: another value, side or span, switched on or off.
pub(super) async fn change(State(state): State<HttpState>, Path(id): Path<String>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let (store, form) = (&state.shop.store, form_of(&body));
    let refused = match rule_scale(store, &id).await {
        Err(error) => Refused::by(&error),
        Ok(None) => return done("deleted"),
        Ok(Some((id, scale))) => match form.parse(Some(scale)) {
            Err(problems) => Refused::of(problems),
            Ok(condition) => {
                let kept = store.set_measure_rule(id, form.is_on, condition).await;
                match refusal(&kept) {
                    None if matches!(kept, Ok(MeasureRuleKept::Gone)) => return done("deleted"),
                    None => return done("changed"),
                    Some(refused) => refused,
                }
            }
        },
    };
    refused.shown(&state, parts, id.parse().ok(), form).await
}

/// `POST /admin/alerts/measures/{id}/delete`.
pub(super) async fn delete(State(state): State<HttpState>, Path(id): Path<String>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    // What is no number names no rule.
    let Ok(number) = id.parse() else { return done("deleted") };
    match state.shop.store.delete_measure_rule(number).await {
        Ok(()) => done("deleted"),
        Err(error) => Refused::by(&error).shown(&state, parts, Some(number), form_of(&body)).await,
    }
}

fn form_of(body: &[u8]) -> MeasureForm {
    let typed = |typed: MeasureField| field(body, typed.name()).unwrap_or_default();
    MeasureForm::read(field(body, "is_on").is_some(), typed)
}

fn done(became: &str) -> Response {
    Redirect::to(&format!("{ALERTS_PATH}?kept={became}")).into_response()
}

/// The values that a declared measure can have.
fn declared(store: &Store, topic: &str, measure: &str) -> Option<MeasureScale> {
    let topic = store.streams().of(topic)?;
    let stream = topic.stream();
    let measure = stream.measures.get(stream.measure(measure)?)?;
    Some(MeasureScale { digits: measure.digits, may_be_negative: stream.may_be_negative(measure) })
}

/// A rule's number, and the values that its measure can have, also one that is no longer declared.
async fn rule_scale(store: &Store, id: &str) -> Result<Option<(i64, MeasureScale)>, StoreError> {
    let rules = store.measure_rules().await?;
    let Some(rule) = rules.into_iter().find(|rule| rule.id.to_string() == id) else { return Ok(None) };
    let kept = MeasureScale { digits: rule.digits, may_be_negative: true };
    Ok(Some((rule.id, declared(store, &rule.topic, &rule.measure).unwrap_or(kept))))
}

/// Why a form was not kept.
struct Refused {
    problems: Vec<MeasureProblem>,
    failure: Option<String>,
    status: StatusCode,
}

/// `None`: the rule is kept, or gone.
fn refusal(kept: &Result<MeasureRuleKept, StoreError>) -> Option<Refused> {
    match kept {
        Ok(MeasureRuleKept::Kept | MeasureRuleKept::Gone) => None,
        Ok(MeasureRuleKept::Known) => {
            let words = "There is such a rule already: write another value.".to_owned();
            Some(Refused::of(vec![MeasureProblem { field: MeasureField::Value, words }]))
        }
        Ok(MeasureRuleKept::TooMany) => {
            let words = format!("There are {MEASURE_RULES_MAX} rules already. Delete one to add another.");
            Some(Refused { failure: Some(words), ..Refused::of(Vec::new()) })
        }
        Err(error) => Some(Refused::by(error)),
    }
}

impl Refused {
    fn of(problems: Vec<MeasureProblem>) -> Refused {
        Refused { problems, failure: None, status: StatusCode::UNPROCESSABLE_ENTITY }
    }

    fn by(error: &StoreError) -> Refused {
        tracing::warn!(%error, "a rule on a measure could not be kept");
        let words = "The database does not answer, so it is not known whether the rule was kept. Press the button again \
                     in a moment.";
        Refused { problems: Vec::new(), failure: Some(words.to_owned()), status: StatusCode::SERVICE_UNAVAILABLE }
    }

    /// The page of alerts with the form as it was sent.
    async fn shown(self, state: &HttpState, mut parts: Parts, id: Option<i64>, form: MeasureForm) -> Response {
        let Refused { problems, failure, status } = self;
        parts.uri = Uri::from_static(ALERTS_PATH);
        let refusal = MeasureRefusal { id, form, problems, failure };
        shown_again(state, parts, status, move || provide_context(refusal.clone())).await
    }
}
