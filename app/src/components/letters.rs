//! What stands around the letters of a list: how many wait, the button that sends all back, those that were handled,
//! and the runs of bad records of which only the offsets are kept. Called by the page of all dead letters.

use crate::components::letter_words::{handled_words, place};
use crate::number::{counted, grouped};
use domain::{LetterHead, LetterRange};
use leptos::prelude::*;

/// How many letters wait, and the button that sends back all that can be read.
#[component]
pub fn RedriveAll(
    /// How many are shown.
    listed: i64,
    /// How many wait.
    open_total: i64,
    /// Where to go on: letters from this number on were looked at.
    below: Option<i64>,
) -> impl IntoView {
    if open_total == 0 {
        return view! {
            <section class="panel letter" data-testid="letters-none">
                <p>"No dead letters. Every record could be read, or you have dealt with those that could not."</p>
            </section>
        }
        .into_any();
    }
    let shown = if listed < open_total { format!("These are the latest {}.", grouped(listed)) } else { String::new() };
    view! {
        <section class="panel letter letters-all">
            <p>
                <strong data-testid="letters-open">{counted(open_total, "dead letter")}</strong>
                ": records that could not be read and are not counted. " {shown}
                " Sent back, each counts once, in the minute of its own time."
            </p>
            <form method="post" action="/admin/dead-letters/redrive-all">
                {below.map(|below| view! { <input type="hidden" name="below" value=below.to_string() /> })}
                <button class="button-quiet" type="submit">
                    "Send all back"
                </button>
            </form>
        </section>
    }
    .into_any()
}

/// Letters that were sent back or discarded last.
#[component]
pub fn HandledLetters(
    /// Latest first.
    handled: Vec<LetterHead>,
) -> impl IntoView {
    let rows: Vec<_> = handled.iter().map(handled_row).collect();
    let columns = &["No.", "Where it lay", "Why it could not be read", "What became of it"];
    (!rows.is_empty()).then(|| table_view("letters-handled", "Dealt with last", (), columns, rows))
}

fn handled_row(head: &LetterHead) -> impl IntoView + use<> {
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/admin/dead-letters/{}", head.id)>{head.id}</a>
            </th>
            <td>{place(head)}</td>
            <td>{head.reason.clone()}</td>
            <td>{handled_words(head).unwrap_or_default()}</td>
        </tr>
    }
}

/// Runs of bad records of which only the offsets are kept.
#[component]
pub fn LetterRanges(
    /// The runs.
    ranges: Vec<LetterRange>,
    /// How many records all of them hold.
    range_records: i64,
) -> impl IntoView {
    let rows: Vec<_> = ranges.iter().map(range_row).collect();
    let note = view! {
        <p class="panel-note">
            {counted(range_records, "bad record")}
            " came after 100 others in a row, or beyond what is kept within an hour (1,000 records or 16 MB) or in all \
             (10,000 or 64 MB). They are neither kept nor counted, and cannot be sent back from here; \
             what the topic still holds of them can be read at these offsets."
        </p>
    };
    let columns = &["Topic", "Partition", "First offset", "Last offset", "Records"];
    (!rows.is_empty()).then(|| table_view("letter-ranges", "Only their offsets were kept", note, columns, rows))
}

fn range_row(range: &LetterRange) -> impl IntoView + use<> {
    view! {
        <tr>
            <td>{range.topic.clone()}</td>
            <td>{range.partition}</td>
            <td>{range.first_offset}</td>
            <td>{range.last_offset}</td>
            <td>{grouped(range.records)}</td>
        </tr>
    }
}

fn table_view(
    test_id: &'static str,
    title: &'static str,
    note: impl IntoView,
    columns: &'static [&'static str],
    rows: Vec<impl IntoView>,
) -> AnyView {
    let heading = format!("{test_id}-heading");
    let columns: Vec<_> = columns.iter().map(|name| view! { <th scope="col">{*name}</th> }).collect();
    view! {
        <section class="panel letter" data-testid=test_id>
            <h2 id=heading.clone()>{title}</h2>
            {note}
            <div class="table-frame" role="region" aria-labelledby=heading.clone() tabindex="0">
                <table class="letter-table">
                    <thead>
                        <tr>{columns}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
