//! `/newsletter/leave?token=TOKEN`: where the link in each mail of the newsletter leads. Its button ends the
//! subscription, and `/newsletter/left` follows.

use domain::SubscriptionToken;
use domain::subscription::LEAVE_ADDRESS;
use leptos::prelude::*;

use super::linked::{Question, asked, framed, unknown};
use super::token;
use crate::components::{NewsletterForm, Title};
use crate::pages::shown::shown_alone;
use crate::{Shop, ShopError};

const QUESTION: Question = Question {
    title: "Leave the newsletter · Pantry",
    heading: "Do you want to leave the newsletter?",
    text: "Press the button, and we send you no more of it and forget your address there.",
    button: "Yes, leave it",
    address: LEAVE_ADDRESS,
};

/// The page with the button.
#[component]
pub fn NewsletterLeavePage() -> impl IntoView {
    framed(QUESTION.title, shown_alone(load(token()), show))
}

async fn load(token: Option<SubscriptionToken>) -> Result<Option<SubscriptionToken>, ShopError> {
    let Some(token) = token else { return Ok(None) };
    let leaves = Shop::of_request()?.store.leaves_subscription(&token).await?;
    Ok(leaves.then_some(token))
}

fn show(token: Option<SubscriptionToken>) -> AnyView {
    match token {
        Some(token) => asked(&token, &QUESTION),
        None => unknown("No subscription belongs to it. If it came in an old mail, that subscription ended long ago."),
    }
}

/// The page that follows it.
#[component]
pub fn NewsletterLeftPage() -> impl IntoView {
    view! {
        <Title text="Newsletter · Pantry" />
        <section class="newsletter-page">
            <h1>"You have left the newsletter"</h1>
            <p class="lead" data-testid="newsletter-left">
                "We send you no more of it. If you change your mind:"
            </p>
            <NewsletterForm refusal=None />
        </section>
    }
}
