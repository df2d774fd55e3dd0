//! What was counted last of a stream as a table: a column for each field. Called by the stream's page.

use leptos::prelude::*;
use streams::{LatestEvent, Stream};

/// The events with their times in words, the newest first.
pub fn latest_events(stream: &Stream, events: &[(String, LatestEvent)]) -> AnyView {
    let fields: Vec<_> = stream.fields.iter().filter(|field| !field.is_private).map(|field| &*field.name).collect();
    let headings = fields.iter().map(|name| view! { <th scope="col">{(*name).to_owned()}</th> }).collect_view();
    let rows = if events.is_empty() {
        view! {
            <tr>
                <td class="table-empty" colspan=fields.len() + 1>
                    "Nothing was counted yet. What comes first is shown here within seconds."
                </td>
            </tr>
        }
        .into_any()
    } else {
        events.iter().map(|(time, event)| row(time, event, &fields)).collect_view().into_any()
    };
    view! {
        <section class="panel closed" aria-labelledby="latest-events-heading" data-part="latest-events" data-testid="latest-events">
            <header class="panel-head">
                <h2 id="latest-events-heading">"Last records"</h2>
            </header>
            <div class="table-frame" role="region" aria-label="The last records, newest first" tabindex="0">
                <table class="minute-table">
                    <caption class="visually-hidden">"The last records, newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="minute">
                                "Time"
                            </th>
                            {headings}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(time: &str, event: &LatestEvent, fields: &[&str]) -> AnyView {
    let note = if event.is_foreign { "from outside" } else { "" };
    let cells = fields.iter().map(|name| event.texts.get(*name).cloned().unwrap_or_else(|| "–".to_owned()));
    view! {
        <tr>
            <th scope="row" class="minute">
                {time.to_owned()}
                <span class="row-note">{note}</span>
            </th>
            {cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}
        </tr>
    }
    .into_any()
}
