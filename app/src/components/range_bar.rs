//! Which span of time is shown, compared with what: links and one form of the kind that needs no JavaScript, so that an
//! address says it all. Called by the dashboard page.

use domain::report::{Against, BucketSize, Range};
use domain::{Report, ReportQuery};
use leptos::prelude::*;

const DASHBOARD: &str = "/admin/metrics";

/// The choice of range, steps and comparison; what is shown, and its file.
#[component]
pub fn RangeBar(
    /// What the address asks for.
    asked_for: Memo<ReportQuery>,
    /// What is shown.
    report: Memo<Report>,
) -> impl IntoView {
    let ranges = move || {
        let query = asked_for.get();
        let links = Range::NAMED.map(|range| link(query.with_range(range), range.label(), range == query.range));
        links.collect_view().into_any()
    };
    let sizes = move || {
        let query = asked_for.get();
        let sizes: &[BucketSize] = query.range.sizes();
        let choice = |size: &BucketSize| {
            let name = if *size == BucketSize::Hour { "by hour" } else { "by day" };
            link(ReportQuery { size: *size, ..query }, name, *size == query.size)
        };
        (sizes.len() > 1).then(|| view! { <p class="choices">{sizes.iter().map(choice).collect_view()}</p> }.into_any())
    };
    let comparisons = move || {
        let query = asked_for.get();
        let choice =
            |against: Against| link(ReportQuery { against, ..query }, against.label(), against == query.against);
        Against::ALL.map(choice).collect_view().into_any()
    };
    view! {
        <nav class="range-bar" aria-label="Range">
            <p class="choices" data-testid="ranges">
                {ranges}
            </p>
            {sizes}
            <form class="custom-range" method="get" action=DASHBOARD data-testid="custom-range">
                <input type="hidden" name="range" value="custom" />
                <input type="hidden" name="compare" value=move || asked_for.get().against.name() />
                <label>
                    "From " <input type="date" name="from" required value=move || days(asked_for.get().range).0 />
                </label>
                <label>
                    "to " <input type="date" name="to" required value=move || days(asked_for.get().range).1 />
                </label>
                <button class="button-quiet" type="submit">
                    "Show"
                </button>
            </form>
        </nav>
        <div class="range-note">
            <p data-testid="period">
                <strong>{move || report.read().period.clone()}</strong>
                {move || {
                    report.read().before.as_ref().map(|before| format!(", compared with {}", before.period))
                }}
            </p>
            <p class="choices" data-testid="comparisons">
                <span class="choices-name">"Compare with"</span>
                {comparisons}
            </p>
            <p class="range-more">
                <a href=move || export(report.read().query) download="" rel="external" data-testid="export">
                    "Export as CSV"
                </a>
                <a href="/admin/time-zone" rel="external" data-testid="time-zone">
                    {move || zone_words(&report.read().zone)}
                </a>
            </p>
        </div>
    }
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

fn export(query: ReportQuery) -> String {
    format!("{DASHBOARD}/export.csv?{query}")
}

fn link(query: ReportQuery, label: &'static str, is_shown: bool) -> AnyView {
    let current = is_shown.then_some("true");
    view! {
        <a href=format!("{DASHBOARD}?{query}") aria-current=current data-noscroll="">
            {label}
        </a>
    }
    .into_any()
}
