//! The frame of the table that stands beside the charts: for those who do not see them, or want the figures themselves.
//! Called by the tables of reports.

use domain::report::{Bucket, BucketState};
use leptos::prelude::*;

/// The buckets, newest first, each with what `cells` makes of it; what has not begun is left out. `gap` says why there
/// is nothing of a bucket.
pub fn hour_table<C>(
    first_heading: String,
    headings: Vec<String>,
    buckets: &[Bucket<C>],
    gap: &'static str,
    cells: impl Fn(&Bucket<C>) -> Vec<String>,
) -> AnyView {
    let known = buckets.iter().rev().filter(|bucket| bucket.state != BucketState::Future);
    let rows: Vec<_> = known.map(|bucket| row(bucket, gap, cells(bucket))).collect();
    view! {
        <details class="panel hour-table" data-part="hour-table" data-testid="hour-table">
            <summary>"The same as a table"</summary>
            <div class="table-frame" role="region" aria-label="The figures of the charts, newest first" tabindex="0">
                <table class="minute-table">
                    <caption class="visually-hidden">"The figures of the charts, newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="minute">
                                {first_heading}
                            </th>
                            {headings.into_iter().map(|heading| view! { <th scope="col">{heading}</th> }).collect_view()}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn row<C>(bucket: &Bucket<C>, gap: &'static str, cells: Vec<String>) -> AnyView {
    let note = match bucket.state {
        BucketState::Open => "open",
        BucketState::Gap => gap,
        BucketState::Closed | BucketState::Future => "",
    };
    view! {
        <tr data-key=bucket.start.number().to_string()>
            <th scope="row" class="minute">
                {bucket.name.clone()}
                <span class="row-note">{note}</span>
            </th>
            {cells.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}
        </tr>
    }
    .into_any()
}
