//! Which span of time is shown, compared with what: links and one form of the kind that needs no JavaScript, so that an
//! address says it all. Called by the dashboard page and those of streams.

use domain::report::{Against, BucketSize, Range};
use domain::{Report, ReportQuery};
use leptos::prelude::*;

/// The choice of range, steps and comparison on the page at this address, as its query asks for them; what is shown of
/// which time, and its file.
pub fn range_bar<C>(page: &str, query: ReportQuery, report: &Report<C>) -> AnyView {
    let range = |range: Range| link(page, "range", query.with_range(range), range.label(), range == query.range);
    let size = |size: &BucketSize| {
        let name = if *size == BucketSize::Hour { "by hour" } else { "by day" };
        link(page, "bucket", ReportQuery { size: *size, ..query }, name, *size == query.size)
    };
    let comparison = |against: Against| {
        link(page, "compare", ReportQuery { against, ..query }, against.label(), against == query.against)
    };
    let sizes = query.range.sizes();
    let sizes = (sizes.len() > 1).then(|| view! { <p class="choices">{sizes.iter().map(size).collect_view()}</p> });
    let (from, to) = days(query.range);
    view! {
        <nav class="range-bar" aria-label="Range" data-part="range-bar">
            <p class="choices" data-testid="ranges">
                {Range::NAMED.map(range).collect_view()}
            </p>
            {sizes}
            <form class="custom-range" method="get" action=page.to_owned() data-testid="custom-range">
                <input type="hidden" name="range" value="custom" />
                <input type="hidden" name="compare" value=query.against.name() />
                <label>"From " <input type="date" name="from" required value=from /></label>
                <label>"to " <input type="date" name="to" required value=to /></label>
                <button class="button-quiet" type="submit">
                    "Show"
                </button>
            </form>
        </nav>
        <div class="range-note" data-part="range-note">
            <p data-testid="period">
                <strong>{report.period.clone()}</strong>
                {report.before.as_ref().map(|before| format!(", compared with {}", before.period))}
            </p>
            <p class="choices" data-testid="comparisons">
                <span class="choices-name">"Compare with"</span>
                {Against::ALL.map(comparison).collect_view()}
            </p>
            <p class="range-more">
                <a href=format!("{page}/export.csv?{}", report.query) download="" data-testid="export">
                    "Export as CSV"
                </a>
                <a href="/admin/time-zone" data-testid="time-zone">
                    {zone_words(&report.zone)}
                </a>
            </p>
        </div>
    }
    .into_any()
}

/// Whose days and hours these are; not known where an address asked for what cannot be.
fn zone_words(zone: &str) -> String {
    if zone.is_empty() { "Time zone".to_owned() } else { format!("Times of {zone}") }
}

/// The two days that the form shows.
fn days(range: Range) -> (String, String) {
    match range {
        Range::Custom(from, to) => (from.to_string(), to.to_string()),
        _ => Default::default(),
    }
}

/// A link to the page with another choice of the query's part `choice`. The island follows it without leaving the
/// page, and keeps the other parts as they were chosen last.
fn link(page: &str, choice: &'static str, query: ReportQuery, label: &'static str, is_shown: bool) -> AnyView {
    let current = is_shown.then_some("true");
    view! {
        <a href=format!("{page}?{query}") aria-current=current data-choice=choice>
            {label}
        </a>
    }
    .into_any()
}
