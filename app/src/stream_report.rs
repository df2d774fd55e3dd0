//! A stream's report as HTML: what the island puts in the place of what its page shows. A part is an element with
//! `data-part`, and the same here and on the page.

use domain::report::QueryProblem;
use domain::{Report, ReportQuery};
use leptos::prelude::*;
use store::{Store, StoreError};
use streams::Topic;

use crate::api::ReportParts;
use crate::components::{
    latest_events, range_bar, report_notice, series, stream_chart, stream_table, stream_tiles, top_values,
};
use crate::dashboard::reload_seconds_min;
use crate::report::{StreamReport, make_stream_report};

/// Where a stream's page is.
#[must_use]
pub fn address_of(topic: Topic) -> String {
    format!("/admin/streams/{topic}")
}

/// A stream's report, and what is wrong with the query that asked for it, if anything is.
#[derive(Clone, Debug)]
pub struct StreamAnswer {
    pub(crate) shown: StreamReport,
    pub(crate) problem: Option<QueryProblem>,
}

/// What the query of an address is answered with: of one that cannot be, an empty report.
///
/// # Errors
/// What the database says.
pub async fn stream_answer(store: &Store, topic: Topic, query: &str) -> Result<StreamAnswer, StoreError> {
    match ReportQuery::parse(query) {
        Ok(query) => Ok(StreamAnswer { shown: make_stream_report(store, topic, query).await?, problem: None }),
        Err(problem) => {
            let shown = StreamReport { topic, report: Report::default(), groups: Vec::new(), latest: Vec::new() };
            Ok(StreamAnswer { shown, problem: Some(problem) })
        }
    }
}

/// The range that is chosen and what stands beside it.
pub(crate) fn head(answer: &StreamAnswer) -> AnyView {
    let StreamReport { topic, report, .. } = &answer.shown;
    view! {
        {range_bar(&address_of(*topic), report.query, report)}
    }
    .into_any()
}

/// Figures, charts, lists and the table.
pub(crate) fn body(answer: &StreamAnswer) -> AnyView {
    let StreamReport { topic, report, groups, latest } = &answer.shown;
    let stream = topic.stream();
    let all = series(stream);
    let fields = stream.groups.iter().filter_map(|group| stream.fields.get(group.field));
    let lists: Vec<_> = fields.zip(groups).map(|(field, ranked)| top_values(&field.name, ranked, report)).collect();
    let lists = (!lists.is_empty()).then(|| view! { <div class="lists">{lists}</div> });
    view! {
        {stream_tiles(&all, report)}
        <div class="charts">{all.iter().map(|series| stream_chart(series, report)).collect_view()}</div>
        {stream_table(&all, report)}
        {lists}
        {(!topic.is_on_dashboard()).then(|| latest_events(stream, latest))}
    }
    .into_any()
}

/// All that the report is shown in.
#[must_use]
pub fn stream_parts(answer: &StreamAnswer) -> ReportParts {
    let parts = [head(answer), report_notice(answer.problem), body(answer)];
    let html = Owner::new().with(|| parts.map(RenderHtml::to_html).concat());
    ReportParts { html, reload_seconds_min: reload_seconds_min(&answer.shown.report) }
}
