//! All that the charts show as a table: for those who do not see charts, or want the figures themselves. Called by the
//! dashboard page.

use crate::number::{grouped, grouped_euros, percent, stars};
use domain::report::{Bucket, BucketState};
use domain::{Counts, Report};
use leptos::prelude::*;

/// The buckets, newest first; what has not begun is left out.
pub fn report_table(report: &Report) -> AnyView {
    let known = report.buckets.iter().rev().filter(|bucket| bucket.state != BucketState::Future);
    let rows: Vec<_> = known.map(row).collect();
    view! {
        <details class="panel hour-table" data-part="hour-table" data-testid="hour-table">
            <summary>"The same as a table"</summary>
            <div class="table-frame" role="region" aria-label="The figures of the charts, newest first" tabindex="0">
                <table class="minute-table">
                    <caption class="visually-hidden">"The figures of the charts, newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="minute">
                                {format!("{}, {}", capital(report.query.size.name()), report.zone)}
                            </th>
                            <th scope="col">"Page views"</th>
                            <th scope="col">"Visits"</th>
                            <th scope="col">"Orders"</th>
                            <th scope="col">"Goods"</th>
                            <th scope="col">"Revenue"</th>
                            <th scope="col">"Paid orders"</th>
                            <th scope="col">"Paid goods"</th>
                            <th scope="col">"Paid revenue"</th>
                            <th scope="col">"Conversion"</th>
                            <th scope="col">"Feedback"</th>
                            <th scope="col">"Stars"</th>
                            <th scope="col">"Page views before"</th>
                            <th scope="col">"Orders before"</th>
                            <th scope="col">"Revenue before"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}

fn row(bucket: &Bucket) -> AnyView {
    let before = match &bucket.before {
        Some(Counts { figures, .. }) => [
            grouped(figures.requests_num),
            grouped(figures.total_orders_num),
            grouped_euros(figures.total_orders_price),
        ],
        None => ["–", "–", "–"].map(str::to_owned),
    };
    let cells: Vec<String> = match &bucket.counts {
        Some(counts) => {
            let figures = counts.figures;
            vec![
                grouped(figures.requests_num),
                grouped(counts.visits_num),
                grouped(figures.total_orders_num),
                grouped(figures.total_orders_amount),
                grouped_euros(figures.total_orders_price),
                grouped(figures.total_paid_orders_num),
                grouped(figures.total_paid_orders_amount),
                grouped_euros(figures.total_paid_orders_price),
                counts.conversion_permille().map_or_else(|| "–".to_owned(), percent),
                grouped(figures.total_feedback_num),
                counts.stars_tenths().map_or_else(|| "–".to_owned(), stars),
            ]
        }
        None => vec!["–".to_owned(); 11],
    };
    let note = match bucket.state {
        BucketState::Open => "open",
        BucketState::Gap => "not open yet",
        BucketState::Closed | BucketState::Future => "",
    };
    view! {
        <tr data-key=bucket.start.number().to_string()>
            <th scope="row" class="minute">
                {bucket.name.clone()}
                <span class="row-note">{note}</span>
            </th>
            {cells.into_iter().chain(before).map(|cell| view! { <td>{cell}</td> }).collect_view()}
        </tr>
    }
    .into_any()
}
