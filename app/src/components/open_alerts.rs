//! Open alerts on top of the dashboard. The frame is always there and only its content changes, so that a screen reader
//! tells a new one at once, and only that one. Called by the dashboard page.

use domain::snapshot::LocalTime;
use domain::{OpenAlert, Snapshot};
use leptos::prelude::*;

/// The alerts; nothing while there are none.
#[component]
pub fn OpenAlerts(
    /// What is shown.
    #[prop(into)]
    snapshot: Signal<Snapshot>,
) -> impl IntoView {
    // Not the whole snapshot: what is written again is told again.
    let alerts = Memo::new(move |_| {
        let snapshot = snapshot.read();
        snapshot.alerting.open.iter().map(|alert| (title(alert), words(alert, &snapshot.local))).collect::<Vec<_>>()
    });
    view! {
        <div class="open-alerts" role="alert" aria-atomic="false" data-testid="open-alerts">
            {move || alerts.read().iter().cloned().map(alert_view).collect_view()}
        </div>
    }
}

fn title(alert: &OpenAlert) -> &'static str {
    alert.rule.title()
}

fn words(alert: &OpenAlert, local: &LocalTime) -> String {
    format!("{} Since {}.", alert.words, local.shown(alert.began_at).hour_minute())
}

fn alert_view((title, words): (&'static str, String)) -> AnyView {
    view! {
        <p class="open-alert">
            <strong>{title}</strong>
            " "
            <span class="alert-words">{words}</span>
            " "
            <a href="/admin/alerts">"See alerts"</a>
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{RuleKind, Timestamp};

    #[test]
    fn an_alert_is_told_in_the_owners_time() {
        let alert = OpenAlert {
            rule: RuleKind::DeadLetters,
            began_at: Timestamp::parse_rfc3339("2026-11-24T12:32:10Z").unwrap(),
            words: "1 record could not be read.".to_owned(),
        };
        let local = LocalTime { offset_minutes: 60, abbreviation: "CET".to_owned() };
        assert_eq!(title(&alert), "Dead letters");
        assert_eq!(words(&alert, &local), "1 record could not be read. Since 13:32.");
    }
}
