//! The dashboard's parts as HTML: what its island puts in the place of those that are shown. A part is an element with
//! `data-part`, and the same here and on the page.

use domain::report::{Answer, BucketSize, BucketState};
use domain::{Report, ReportQuery, Snapshot};
use leptos::prelude::*;
use store::{Store, StoreError};

use crate::api::ReportParts;
use crate::components::{
    Measure, as_of, closed_minutes, facts_row, first_steps, latest_feedback, latest_orders, open_alerts, open_minute,
    pipeline_state, range_bar, report_chart, report_notice, report_table, report_tiles, today, top_goods, top_pages,
    verification_state,
};
use crate::{SiteVersion, make_report};

/// Its address.
pub const DASHBOARD: &str = "/admin/metrics";
/// A live report is loaded again at most so often, in seconds; one of many days seldomer.
const RELOAD_SECONDS_MIN: u32 = 2;
const RELOAD_DAYS_SECONDS_MIN: u32 = 10;

/// What the query of an address is answered with.
///
/// # Errors
/// What the database says.
pub async fn answer_of(store: &Store, query: &str) -> Result<Answer, StoreError> {
    match ReportQuery::parse(query) {
        Ok(query) => Ok(Answer::Report(Box::new(make_report(store, query).await?))),
        Err(problem) => Ok(Answer::Problem(problem)),
    }
}

/// The query and its report; of a query that cannot be, those that stand in their place.
#[must_use]
pub fn query_and_report(answer: &Answer) -> (ReportQuery, Report) {
    match answer {
        Answer::Report(report) => (report.query, (**report).clone()),
        Answer::Problem(_) => Default::default(),
    }
}

/// All that moves with the figures of now, for pages of this version.
#[must_use]
pub fn live_parts(snapshot: &Snapshot, site: &SiteVersion) -> String {
    Owner::new().with(|| {
        provide_context(site.clone());
        let parts = [
            as_of,
            open_alerts,
            facts_row,
            first_steps,
            open_minute,
            today,
            latest_orders,
            latest_feedback,
            closed_minutes,
            verification_state,
            pipeline_state,
        ];
        parts.map(|part| part(snapshot).to_html()).concat()
    })
}

/// All that a report is shown in.
#[must_use]
pub fn report_parts(answer: &Answer) -> ReportParts {
    let (query, report) = query_and_report(answer);
    let html = Owner::new().with(|| {
        [
            range_bar(DASHBOARD, query, &report),
            report_notice(answer.problem()),
            report_tiles(&report),
            report_chart(Measure::Revenue, &report),
            report_chart(Measure::Orders, &report),
            report_chart(Measure::Requests, &report),
            report_table(&report),
            top_goods(&report),
            top_pages(&report),
        ]
        .map(RenderHtml::to_html)
        .concat()
    });
    ReportParts { html, reload_seconds_min: reload_seconds_min(&report) }
}

/// When a report may be loaded again; `None` where nothing of it changes any more.
#[must_use]
pub fn reload_seconds_min<C>(report: &Report<C>) -> Option<u32> {
    let is_settled = report.buckets.iter().all(|bucket| matches!(bucket.state, BucketState::Gap | BucketState::Closed));
    let seconds = if report.query.size == BucketSize::Day { RELOAD_DAYS_SECONDS_MIN } else { RELOAD_SECONDS_MIN };
    (!is_settled).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Minute;
    use domain::report::Bucket;

    #[test]
    fn a_report_is_loaded_again_until_all_of_it_is_counted() {
        let (minute, day) = (BucketSize::Minute, BucketSize::Day);
        for (state, size, seconds) in [
            (BucketState::Open, minute, Some(2)),
            (BucketState::Open, day, Some(10)),
            (BucketState::Future, minute, Some(2)),
            (BucketState::Closed, minute, None),
            (BucketState::Gap, day, None),
        ] {
            let start = Minute::from_number(0);
            let bucket = Bucket { start, name: String::new(), state, counts: None, before: None };
            let query = ReportQuery { size, ..ReportQuery::default() };
            let report = Report { query, buckets: vec![bucket], ..Report::default() };
            assert_eq!(
                report_parts(&Answer::Report(Box::new(report))).reload_seconds_min,
                seconds,
                "{state:?} {size:?}"
            );
        }
    }

    /// Each part is one that the page has, or the island would not find its place.
    #[test]
    fn parts_have_names() {
        let live = live_parts(&Snapshot::default(), &SiteVersion::default());
        assert_eq!(live.matches("data-part=").count(), 11, "{live}");
        let report = report_parts(&Answer::Report(Box::default())).html;
        assert_eq!(report.matches("data-part=").count(), 10, "{report}");
    }
}
