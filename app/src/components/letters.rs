//! What stands around the letters of a list: how many wait, the button that sends all back, those that were handled,
//! and the runs of bad records of which only the offsets are kept. Called by the page of all dead letters.

use crate::components::letter_words::{handled_words, place};
use crate::components::number::{counted, grouped};
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
    (!rows.is_empty()).then(|| {
        view! {
            <section class="panel letter" data-testid="letters-handled">
                <h2 id="handled-heading">"Dealt with last"</h2>
                <div class="table-frame" role="region" aria-labelledby="handled-heading" tabindex="0">
                    <table class="letter-table">
                        <thead>
                            <tr>
                                <th scope="col">"No."</th>
                                <th scope="col">"Where it lay"</th>
                                <th scope="col">"Why it could not be read"</th>
                                <th scope="col">"What became of it"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
    })
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
    (!rows.is_empty()).then(|| {
        view! {
            <section class="panel letter" data-testid="letter-ranges">
                <h2 id="ranges-heading">"Only their offsets were kept"</h2>
                <p class="panel-note">
                    {counted(range_records, "bad record")}
                    " came after 100 others in a row. They are neither kept nor counted, and cannot be sent back from here; \
                     what the topic still holds of them can be read at these offsets."
                </p>
                <div class="table-frame" role="region" aria-labelledby="ranges-heading" tabindex="0">
                    <table class="letter-table">
                        <thead>
                            <tr>
                                <th scope="col">"Topic"</th>
                                <th scope="col">"Partition"</th>
                                <th scope="col">"First offset"</th>
                                <th scope="col">"Last offset"</th>
                                <th scope="col">"Records"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
    })
}

fn range_row(range: &LetterRange) -> impl IntoView + use<> {
    view! {
        <tr>
            <td>{range.topic.name()}</td>
            <td>{range.partition}</td>
            <td>{range.first_offset}</td>
            <td>{range.last_offset}</td>
            <td>{grouped(range.records)}</td>
        </tr>
    }
}
