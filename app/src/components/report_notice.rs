//! Why an address has no report. Called by the dashboard page and those of streams.

use domain::report::QueryProblem;
use leptos::prelude::*;

/// The message; nothing where there is a report.
pub fn report_notice(problem: Option<QueryProblem>) -> AnyView {
    let problem = problem.map(|problem| problem.to_string());
    let is_absent = problem.is_some();
    view! {
        <div class="report-problem" role="alert" data-part="report-notice" data-absent=is_absent.then_some("")>
            {problem.map(|words| view! { <p class="report-notice" data-testid="report-notice">{words}</p> })}
        </div>
    }
    .into_any()
}
