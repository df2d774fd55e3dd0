//! The closed minutes: the newest as a table, all of them as files. Never calls the server; called by the
//! dashboard page.

use crate::components::minute_table::minute_table;
use domain::Snapshot;
use domain::snapshot::Pipeline;
use leptos::prelude::*;

/// The last closed minutes, newest first, and the files with all of them.
pub fn closed_minutes(snapshot: &Snapshot) -> AnyView {
    let table =
        minute_table("The last 10 closed minutes, newest first", &snapshot.closed, first_close(&snapshot.pipeline));
    view! {
        <section class="panel closed" aria-labelledby="closed-heading" data-part="closed-minutes" data-testid="closed-minutes">
            <header class="panel-head">
                <h2 id="closed-heading">"Closed minutes"</h2>
                <p class="downloads">
                    "All of them: "
                    <a href="/admin/metrics/requests.csv" download="requests.csv">
                        "requests.csv"
                    </a>
                    " "
                    <a href="/admin/metrics/orders.csv" download="orders.csv">
                        "orders.csv"
                    </a>
                    " "
                    <a href="/admin/metrics/feedback.csv" download="feedback.csv">
                        "feedback.csv"
                    </a>
                </p>
            </header>
            {table}
        </section>
    }
    .into_any()
}

fn first_close(pipeline: &Pipeline) -> String {
    if pipeline.unreachable_since.is_some() {
        return "No minute is closed yet: the first one closes once the broker answers.".to_owned();
    }
    let end = pipeline.closed_until.plus(1).hour_minute();
    format!("No minute is closed yet: the first one closes a few seconds after {end} UTC.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Minute, Timestamp};

    #[test]
    fn nothing_is_promised_that_a_broker_who_is_away_would_break() {
        let mut pipeline = Pipeline { closed_until: Minute::from_number(60), ..Pipeline::default() };
        assert!(first_close(&pipeline).ends_with("closes a few seconds after 01:01 UTC."));
        pipeline.unreachable_since = Some(Timestamp::from_micros(1));
        assert!(first_close(&pipeline).ends_with("closes once the broker answers."));
    }
}
