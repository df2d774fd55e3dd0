//! What a link's page shows: one button, which posts to the page's own address; or that the link does not work.

use domain::SubscriptionToken;
use leptos::prelude::*;

use crate::components::{NewsletterForm, Title};
use crate::response;

/// A question, and the button that says yes.
pub(super) struct Question {
    /// What it is about, in the document's title.
    pub(super) title: &'static str,
    /// The question.
    pub(super) heading: &'static str,
    /// What follows from it.
    pub(super) text: &'static str,
    /// What the button says.
    pub(super) button: &'static str,
    /// Where it posts to.
    pub(super) address: &'static str,
}

/// The question, for a token that can answer it.
pub(super) fn asked(token: &SubscriptionToken, question: &Question) -> AnyView {
    let Question { heading, text, button, address, .. } = *question;
    view! {
        <h1>{heading}</h1>
        <p class="lead">{text}</p>
        <form method="post" action=token.at(address)>
            <button class="button" type="submit">
                {button}
            </button>
        </form>
    }
    .into_any()
}

/// Where the link is not known, or not any more: 404, and the way to a new one.
pub(super) fn unknown(text: &'static str) -> AnyView {
    response::not_found();
    view! {
        <h1>"This link does not work"</h1>
        <p class="lead" data-testid="newsletter-unknown">
            {text}
        </p>
        <NewsletterForm refusal=None />
    }
    .into_any()
}

/// The frame of both.
pub(super) fn framed(title: &'static str, content: AnyView) -> impl IntoView {
    response::no_store();
    view! {
        <Title text=title />
        <section class="newsletter-page">{content}</section>
    }
}
