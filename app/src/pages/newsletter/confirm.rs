//! `/newsletter/confirm?token=TOKEN`: where the link of a mail leads. Its button joins the subscription.

use domain::SubscriptionToken;
use domain::subscription::CONFIRM_ADDRESS;
use leptos::prelude::*;

use super::linked::{Question, asked, framed, unknown};
use super::token;
use crate::pages::shown::shown_alone;
use crate::{Shop, ShopError};

const QUESTION: Question = Question {
    title: "Newsletter · Pantry",
    heading: "Do you want Pantry’s newsletter?",
    text: "Press the button, and you get it from now on.",
    button: "Yes, I want it",
    address: CONFIRM_ADDRESS,
};

/// The page.
#[component]
pub fn NewsletterConfirmPage() -> impl IntoView {
    framed(QUESTION.title, shown_alone(load(token()), show))
}

async fn load(token: Option<SubscriptionToken>) -> Result<Option<SubscriptionToken>, ShopError> {
    let Some(token) = token else { return Ok(None) };
    let confirms = Shop::of_request()?.store.confirms_subscription(&token).await?;
    Ok(confirms.then_some(token))
}

fn show(token: Option<SubscriptionToken>) -> AnyView {
    match token {
        Some(token) => asked(&token, &QUESTION),
        None => unknown("It may be too old, or a newer one took its place. Ask for another one here:"),
    }
}
