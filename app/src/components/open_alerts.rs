//! Open alerts on top of the dashboard. The frame is always there and its content changes only when one begins or ends,
//! so that a screen reader tells that at once; what is found meanwhile changes in silence. Called by the dashboard
//! page.

use domain::{Clock, OpenAlert, RuleKind, Snapshot};
use leptos::prelude::*;

/// The alerts; nothing while there are none.
#[component]
pub fn OpenAlerts(
    /// What is shown.
    #[prop(into)]
    snapshot: Signal<Snapshot>,
) -> impl IntoView {
    // Not the whole snapshot: what is written again is told again.
    let rules = Memo::new(move |_| snapshot.read().alerting.open.iter().map(|alert| alert.rule).collect::<Vec<_>>());
    view! {
        <div class="open-alerts" role="alert" aria-atomic="false" data-testid="open-alerts">
            {move || rules.read().iter().map(|rule| alert_view(*rule, snapshot)).collect_view()}
        </div>
    }
}

fn words(alert: &OpenAlert, clock: &Clock) -> String {
    format!("{} Since {}.", alert.words, clock.minute(alert.began_at))
}

fn alert_view(rule: RuleKind, snapshot: Signal<Snapshot>) -> AnyView {
    let words = move || {
        let snapshot = snapshot.read();
        let alert = snapshot.alerting.open.iter().find(|alert| alert.rule == rule);
        alert.map(|alert| words(alert, &snapshot.clock())).unwrap_or_default()
    };
    view! {
        <p class="open-alert">
            <strong>{rule.title()}</strong>
            " "
            <span class="alert-words" aria-live="off">
                {words}
            </span>
            " "
            <a href="/admin/alerts">"See alerts"</a>
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{LocalTime, Timestamp};

    #[test]
    fn an_alert_is_told_in_the_owners_time() {
        let alert = OpenAlert {
            rule: RuleKind::DeadLetters,
            began_at: Timestamp::parse_rfc3339("2026-11-24T12:32:10Z").unwrap(),
            words: "1 record could not be read.".to_owned(),
        };
        let local = LocalTime { offset_minutes: 60, abbreviation: "CET".to_owned(), ..LocalTime::default() };
        for (now, told) in [
            ("2026-11-24T13:00:00Z", "1 record could not be read. Since 13:32."),
            ("2026-11-27T13:00:00Z", "1 record could not be read. Since 2026-11-24, 13:32."),
        ] {
            assert_eq!(words(&alert, &local.clock(Timestamp::parse_rfc3339(now).unwrap())), told);
        }
    }
}
