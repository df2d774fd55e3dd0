//! One dead letter: where it lay, what is in it, and the forms that send it back or discard it. Everything that a
//! stranger wrote is shown as text, never as HTML. Called by both pages of dead letters.

use crate::components::letter_content::{ContentView, HeadersView};
use crate::components::letter_words::{date_time, handled_words, place};
use crate::{LetterForm, LetterRefusal};
use domain::dead_letter::{CORRECTION_BYTES_MAX, DISCARD_REASON_CHARS_MAX};
use domain::{Handling, Letter, LetterHead};
use leptos::prelude::*;

/// What stands in place of a letter's content that was deleted.
const ERASED: &str = "What was in it was deleted, because it held the e-mail address of a customer who was forgotten. \
     Its place in the topic and the reason are kept. It cannot be sent back.";

/// A letter.
#[component]
pub fn LetterView(
    /// The letter.
    letter: Letter,
    /// What was wrong with one of its forms.
    refusal: Option<LetterRefusal>,
    /// Whether it stands in a list, with its content folded away.
    is_listed: bool,
) -> impl IntoView {
    let forms = match &letter.head.handling {
        Handling::Open => view! { <Forms letter=letter.clone() refusal is_listed /> }.into_any(),
        _ => refusal.map(|refusal| view! { <Refused id="letter-refusal".to_owned() refusal /> }).into_any(),
    };
    let Letter { head, .. } = &letter;
    let (id, testid) = (head.id, format!("letter-{}", head.id));
    let heading_id = format!("{testid}-heading");
    let (at, reason, became) = (place(head), head.reason.clone(), handled_words(head));
    let times = times(head);
    let is_whole = letter.is_whole();
    let content = if head.is_erased {
        view! { <p data-testid="letter-erased">{ERASED}</p> }.into_any()
    } else {
        view! {
            <details open=!is_listed>
                <summary>"What is in it"</summary>
                <ContentView name="Key" content=letter.key />
                <HeadersView headers=letter.headers />
                <ContentView name="Value" content=letter.value />
                {(!is_whole)
                    .then(|| {
                        view! {
                            <p class="panel-note">
                                "This is its beginning. "
                                <a href=format!("/admin/dead-letters/{id}")>"See it whole"</a>
                            </p>
                        }
                    })}
            </details>
        }
        .into_any()
    };
    view! {
        <article class="panel letter" aria-labelledby=heading_id.clone() data-testid=testid>
            <header>
                <h2 id=heading_id.clone()>
                    <a href=format!("/admin/dead-letters/{id}")>{format!("No. {id}")}</a>
                    " "
                    <span class="letter-place">{at}</span>
                </h2>
                <p class="letter-reason">{reason}</p>
                <p class="panel-note">{times}</p>
                {became.map(|became| view! { <p class="letter-became" data-testid="letter-became">{became}</p> })}
            </header>
            {content}
            {forms}
        </article>
    }
}

fn times(head: &LetterHead) -> String {
    let seen = date_time(head.seen_at);
    match head.recorded_at {
        Some(at) => format!("Read at {seen}; its own time is {}.", date_time(at)),
        None => format!("Read at {seen}; it has no time of its own, so a correction must name one in event_time."),
    }
}

#[component]
fn Forms(letter: Letter, refusal: Option<LetterRefusal>, is_listed: bool) -> impl IntoView {
    let id = letter.head.id;
    let is_erased = letter.head.is_erased;
    // One that was cleared cannot go back; why it was refused, where it was asked for, stands above the other form.
    let redrive = if is_erased {
        let refusal = LetterRefusal::of(refusal.as_ref(), LetterForm::Redrive);
        refusal.map(|refusal| view! { <Refused id="letter-refusal".to_owned() refusal /> }).into_any()
    } else {
        view! { <RedriveForm id editable=letter.editable().to_owned() refusal=refusal.clone() /> }.into_any()
    };
    let forms = view! {
        <div class="letter-forms">
            {redrive}
            <DiscardForm id refusal />
        </div>
    };
    if is_listed {
        view! {
            <details>
                <summary>{if is_erased { "Discard it" } else { "Send it back or discard it" }}</summary>
                {forms}
            </details>
        }
        .into_any()
    } else {
        forms.into_any()
    }
}

#[component]
fn RedriveForm(id: i64, editable: String, refusal: Option<LetterRefusal>) -> impl IntoView {
    let refusal = LetterRefusal::of(refusal.as_ref(), LetterForm::Redrive);
    let typed = refusal.as_ref().map_or(editable, |refusal| refusal.typed.clone());
    let (field_id, error_id, hint_id) =
        (format!("value-{id}"), format!("value-error-{id}"), format!("value-hint-{id}"));
    let described_by = if refusal.is_some() { format!("{error_id} {hint_id}") } else { hint_id.clone() };
    let is_invalid = refusal.as_ref().map(|_| "true");
    view! {
        <form method="post" action=format!("/admin/dead-letters/{id}/redrive")>
            <label for=field_id.clone()>"Value to send back"</label>
            {refusal.map(|refusal| view! { <Refused id=error_id refusal /> })}
            // As HTML, because leptos does not escape what stands inside of this element.
            <textarea
                id=field_id.clone()
                name="value"
                rows="4"
                maxlength=CORRECTION_BYTES_MAX.to_string()
                spellcheck="false"
                autocomplete="off"
                aria-invalid=is_invalid
                aria-describedby=described_by
                inner_html=escaped(&typed)
            ></textarea>
            <p class="panel-note" id=hint_id>
                "At most 16 KiB. Left empty, its own value goes back. What is kept of the letter stays as it is."
            </p>
            <button class="button-quiet" type="submit">
                "Send back"
            </button>
        </form>
    }
}

/// Text as HTML that reads as exactly this text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[component]
fn DiscardForm(id: i64, refusal: Option<LetterRefusal>) -> impl IntoView {
    let refusal = LetterRefusal::of(refusal.as_ref(), LetterForm::Discard);
    let typed = refusal.as_ref().map(|refusal| refusal.typed.clone());
    let error_id = format!("reason-error-{id}");
    let described_by = refusal.as_ref().map(|_| error_id.clone());
    let is_invalid = refusal.as_ref().map(|_| "true");
    view! {
        <form method="post" action=format!("/admin/dead-letters/{id}/discard")>
            <label for=format!("reason-{id}")>"Reason to discard it"</label>
            {refusal.map(|refusal| view! { <Refused id=error_id refusal /> })}
            <input
                id=format!("reason-{id}")
                name="reason"
                type="text"
                value=typed
                required
                maxlength=DISCARD_REASON_CHARS_MAX.to_string()
                autocomplete="off"
                aria-invalid=is_invalid
                aria-describedby=described_by
            />
            <button class="button-quiet" type="submit">
                "Discard"
            </button>
        </form>
    }
}

#[component]
fn Refused(id: String, refusal: LetterRefusal) -> impl IntoView {
    view! {
        <p class="letter-refusal" id=id role="alert" data-testid="letter-refusal">
            {refusal.why}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_text_leaves_its_element() {
        assert_eq!(escaped("</textarea><b>&lt;"), "&lt;/textarea>&lt;b>&amp;lt;");
    }
}
