//! All that the dashboard's charts show as a table. Called by the dashboard page.

use crate::components::hour_table::hour_table;
use crate::number::{grouped, grouped_euros, percent, stars};
use domain::report::Bucket;
use domain::{Counts, Report};
use leptos::prelude::*;

const HEADINGS: [&str; 14] = [
    "Page views",
    "Visits",
    "Orders",
    "Goods",
    "Revenue",
    "Paid orders",
    "Paid goods",
    "Paid revenue",
    "Conversion",
    "Feedback",
    "Stars",
    "Page views before",
    "Orders before",
    "Revenue before",
];

/// The buckets, newest first.
pub fn report_table(report: &Report) -> AnyView {
    let first_heading = format!("{}, {}", capital(report.query.size.name()), report.zone);
    hour_table(first_heading, HEADINGS.map(str::to_owned).to_vec(), &report.buckets, "not open yet", cells)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}

fn cells(bucket: &Bucket) -> Vec<String> {
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
    cells.into_iter().chain(before).collect()
}
