//! What a customer says of an order, on its receipt: a plain form that needs no JavaScript, and afterwards what was
//! said. And the same for the owner, who reads the latest of them. Called by the receipt and by the dashboard page.

use domain::feedback::COMMENT_CHARS_MAX;
use domain::{Comment, Feedback, OrderToken, Stars};
use leptos::prelude::*;

use crate::FeedbackRefusal;

/// Where the form stands on its page.
pub const ANCHOR: &str = "feedback";

/// The form; once something was said, that.
pub fn receipt_feedback(token: &OrderToken, given: Option<&Feedback>, refusal: Option<FeedbackRefusal>) -> AnyView {
    let refusal = refusal.unwrap_or_default();
    let title = if given.is_some() { "What you told us" } else { "How was it?" };
    let problem = message("feedback-problem", refusal.problem(false).map(|problem| problem.to_string()));
    let body = match given {
        Some(given) => said(given),
        None => form(token, refusal),
    };
    view! {
        <section class="feedback no-print" id=ANCHOR aria-labelledby="feedback-title" data-testid="feedback">
            <h2 id="feedback-title">{title}</h2>
            {problem}
            {body}
        </section>
    }
    .into_any()
}

/// A message that is read out as soon as the page with it is there; nothing where there is none.
fn message(id: &'static str, text: Option<String>) -> AnyView {
    let text =
        text.map(|text| view! { <p class="field-error" id=id role="alert" data-testid=id>{text}</p> }.into_any());
    text.unwrap_or_else(|| ().into_any())
}

fn form(token: &OrderToken, refusal: FeedbackRefusal) -> AnyView {
    let stars_are_wrong = refusal.problem(false).is_some();
    let comment_problem = refusal.problem(true).map(|problem| problem.to_string());
    let comment_is_wrong = comment_problem.is_some();
    let choices = Stars::ALL.map(|stars| {
        let (number, id) = (stars.number().to_string(), format!("stars-{}", stars.number()));
        let is_chosen = refusal.stars == number;
        view! {
            <input type="radio" name="stars" id=id.clone() value=number checked=is_chosen required />
            <label for=id>
                <span class="visually-hidden">{stars.to_string()}</span>
            </label>
        }
        .into_any()
    });
    let address = format!("{}#{ANCHOR}", token.address());
    view! {
        <form method="post" action=address>
            <fieldset class="star-choice" aria-describedby=stars_are_wrong.then_some("feedback-problem")>
                <legend>"One star is poor, five are excellent"</legend>
                <div class="stars">{Vec::from(choices)}</div>
            </fieldset>
            <div class="field">
                <label for="comment">"In a line, if you like"</label>
                <input
                    id="comment"
                    name="comment"
                    type="text"
                    maxlength=COMMENT_CHARS_MAX.to_string()
                    autocomplete="off"
                    value=refusal.comment
                    aria-invalid=comment_is_wrong.then_some("true")
                    aria-describedby=comment_is_wrong.then_some("error-comment")
                />
                {message("error-comment", comment_problem)}
            </div>
            <p>
                <button class="button secondary" type="submit">
                    "Send"
                </button>
                <span class="hint">"Once for this order. The shop’s owner reads it, without your name."</span>
            </p>
        </form>
    }
    .into_any()
}

fn said(given: &Feedback) -> AnyView {
    view! {
        <p class="said" data-testid="feedback-given">
            {stars_view(given.stars)}
            {quoted(given.comment.as_ref())}
        </p>
        <p class="hint">"Thank you. The shop’s owner reads every line."</p>
    }
    .into_any()
}

/// The stars as a picture, with their number in words.
pub(super) fn stars_view(stars: Stars) -> AnyView {
    let full = "★".repeat(usize::try_from(stars.number()).unwrap_or_default());
    let empty = "★".repeat(Stars::ALL.len().saturating_sub(full.chars().count()));
    view! {
        <span class="stars-given" role="img" aria-label=format!("{stars} of 5")>
            {full}
            <span class="stars-missing">{empty}</span>
        </span>
    }
    .into_any()
}

/// The text in quotation marks; nothing where there is none.
pub(super) fn quoted(comment: Option<&Comment>) -> AnyView {
    let quoted = comment.map(|comment| view! { <q>{comment.as_str().to_owned()}</q> }.into_any());
    quoted.unwrap_or_else(|| ().into_any())
}
