//! All that a stream's charts show as a table: for those who do not see charts, or want the figures themselves. Called
//! by the stream's page.

use crate::components::series::Series;
use domain::Report;
use domain::report::{Bucket, BucketState};
use leptos::prelude::*;
use streams::Totals;

/// The buckets, newest first; what has not begun is left out.
pub fn stream_table(all: &[Series], report: &Report<Totals>) -> AnyView {
    let known = report.buckets.iter().rev().filter(|bucket| bucket.state != BucketState::Future);
    let rows: Vec<_> = known.map(|bucket| row(all, bucket)).collect();
    let headings = all.iter().map(|series| series.title.clone());
    let headings = headings.chain(all.iter().map(|series| format!("{} before", series.title)));
    view! {
        <details class="panel hour-table" data-part="hour-table" data-testid="hour-table">
            <summary>"The same as a table"</summary>
            <div class="table-frame" role="region" aria-label="The figures of the charts, newest first" tabindex="0">
                <table class="minute-table">
                    <caption class="visually-hidden">"The figures of the charts, newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="minute">
                                {format!("By {}, {}", report.query.size.name(), report.zone)}
                            </th>
                            {headings.map(|heading| view! { <th scope="col">{heading}</th> }).collect_view()}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn row(all: &[Series], bucket: &Bucket<Totals>) -> AnyView {
    let cells = |totals: Option<&Totals>| -> Vec<String> {
        all.iter().map(|series| series.words_or_dash(totals.and_then(|totals| series.value(totals)))).collect()
    };
    let note = match bucket.state {
        BucketState::Open => "open",
        BucketState::Gap => "not counted yet",
        BucketState::Closed | BucketState::Future => "",
    };
    let cells = cells(bucket.counts.as_ref()).into_iter().chain(cells(bucket.before.as_ref()));
    view! {
        <tr data-key=bucket.start.number().to_string()>
            <th scope="row" class="minute">
                {bucket.name.clone()}
                <span class="row-note">{note}</span>
            </th>
            {cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}
        </tr>
    }
    .into_any()
}
