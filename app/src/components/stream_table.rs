//! All that a stream's charts show as a table. Called by the stream's page.

use crate::components::hour_table::hour_table;
use crate::components::series::Series;
use domain::Report;
use leptos::prelude::*;
use streams::Totals;

/// The buckets, newest first.
pub fn stream_table(all: &[Series], report: &Report<Totals>) -> AnyView {
    let headings = all.iter().map(|series| series.title.clone());
    let headings = headings.chain(all.iter().map(|series| format!("{} before", series.title))).collect();
    let first_heading = format!("By {}, {}", report.query.size.name(), report.zone);
    hour_table(first_heading, headings, &report.buckets, "not counted yet", |bucket| {
        let cells = |totals: Option<&Totals>| -> Vec<String> {
            all.iter().map(|series| series.words_or_dash(totals.and_then(|totals| series.value(totals)))).collect()
        };
        [cells(bucket.counts.as_ref()), cells(bucket.before.as_ref())].concat()
    })
}
