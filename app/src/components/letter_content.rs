//! What is in a dead letter: text as text, everything else as a hex dump. Called by the letter's view.

use crate::number::counted;
use domain::{Content, ContentForm};
use leptos::prelude::*;

/// A key or a value.
#[component]
pub fn ContentView(
    /// What it is.
    name: &'static str,
    /// What is in it; `None` for null.
    content: Option<Content>,
) -> impl IntoView {
    view! {
        <div class="letter-content">
            <h3>
                {name} " " <span class="panel-note">{note_of(content.as_ref())}</span>
            </h3>
            {content.filter(|content| !content.shown.is_empty()).map(dump)}
        </div>
    }
}

/// The headers.
#[component]
pub fn HeadersView(
    /// Names and values; `None` where they are too long for a list.
    headers: Option<Vec<(String, Option<Content>)>>,
) -> impl IntoView {
    let note = match &headers {
        None => "too long for a list".to_owned(),
        Some(headers) if headers.is_empty() => "none".to_owned(),
        Some(headers) => headers.len().to_string(),
    };
    let rows = headers.unwrap_or_default().into_iter().map(|(name, value)| {
        let about = match &value {
            Some(value) if value.form == ContentForm::Text && !value.shown.is_empty() => String::new(),
            value => note_of(value.as_ref()),
        };
        view! {
            <dt>{name}</dt>
            <dd>
                <span class="panel-note">{about}</span>
                {value.filter(|value| !value.shown.is_empty()).map(dump)}
            </dd>
        }
    });
    view! {
        <div class="letter-content">
            <h3>"Headers " <span class="panel-note">{note}</span></h3>
            <dl>{rows.collect_view()}</dl>
        </div>
    }
}

fn dump(content: Content) -> impl IntoView {
    let class = match content.form {
        ContentForm::Text => "letter-text",
        ContentForm::Hex => "letter-text letter-hex",
    };
    view! {
        <pre class=class tabindex="0">
            <code>{content.shown}</code>
        </pre>
    }
}

fn note_of(content: Option<&Content>) -> String {
    let Some(content) = content else { return "null".to_owned() };
    let mut words = counted(content.bytes, "byte");
    if content.is_cut {
        words += ", of which the first 1,048,576 are kept";
    }
    match content.form {
        ContentForm::Text if content.shown.is_empty() => {}
        ContentForm::Text => words += ", text",
        ContentForm::Hex => words += ", no plain text: shown as a hex dump",
    }
    words
}
