//! The newsletter's form: one field and one button, in the foot of the shop's pages and on a page of its own. Plain, so
//! that it works without JavaScript and loads none.

use domain::order::EMAIL_BYTES_MAX;
use domain::subscription::FORM_ADDRESS;
use leptos::prelude::*;

use crate::NewsletterRefusal;

/// The name of its field. Not `email`: pages with the order form have that already.
pub const EMAIL_NAME: &str = "newsletter_email";
const EMAIL_ID: &str = "newsletter-email";
const PROBLEM_ID: &str = "error-newsletter-email";

/// The form, with what was typed and why it was refused, if it was.
#[component]
pub fn NewsletterForm(
    /// Why it was refused.
    refusal: Option<NewsletterRefusal>,
) -> impl IntoView {
    let is_wrong = refusal.as_ref().is_some_and(|refusal| refusal.problem.is_some());
    let problem = refusal.as_ref().map(|refusal| {
        let words = refusal.words();
        view! {
            <p class="field-error" id=PROBLEM_ID role="alert" data-testid=PROBLEM_ID>
                {words}
            </p>
        }
    });
    let described_by = problem.is_some().then_some(PROBLEM_ID);
    view! {
        <form class="newsletter" method="post" action=FORM_ADDRESS data-testid="newsletter-form">
            <label for=EMAIL_ID>"Your e-mail for the newsletter"</label>
            <div class="newsletter-line">
                <input
                    id=EMAIL_ID
                    name=EMAIL_NAME
                    type="email"
                    autocomplete="email"
                    maxlength=EMAIL_BYTES_MAX.to_string()
                    required
                    value=refusal.map(|refusal| refusal.typed).unwrap_or_default()
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=described_by
                />
                <button class="button secondary" type="submit">
                    "Subscribe"
                </button>
            </div>
            {problem}
        </form>
    }
}
