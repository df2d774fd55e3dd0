//! Open alerts on top of the dashboard. The frame is always there and its content changes only when one begins or ends,
//! so that a screen reader tells that at once; what is found meanwhile changes in silence. Called by the dashboard
//! page.

use domain::{Clock, OpenAlert, Snapshot};
use leptos::prelude::*;

/// The alerts; nothing while there are none.
pub fn open_alerts(snapshot: &Snapshot) -> AnyView {
    let clock = snapshot.clock();
    let alerts: Vec<_> = snapshot.alerting.open.iter().map(|alert| alert_view(alert, &clock)).collect();
    view! {
        <div
            class="open-alerts"
            role="alert"
            aria-atomic="false"
            data-part="open-alerts"
            data-testid="open-alerts"
        >
            {alerts}
        </div>
    }
    .into_any()
}

fn words(alert: &OpenAlert, clock: &Clock) -> String {
    format!("{} Since {}.", alert.words, clock.minute(alert.began_at))
}

fn alert_view(alert: &OpenAlert, clock: &Clock) -> AnyView {
    view! {
        <p class="open-alert" data-key=alert.rule.to_string()>
            <strong>{alert.title.clone()}</strong>
            " "
            <span class="alert-words" aria-live="off">
                {words(alert, clock)}
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
    use domain::{LocalTime, RuleKind, Timestamp};

    #[test]
    fn an_alert_is_told_in_the_owners_time() {
        let alert = OpenAlert {
            rule: RuleKind::DeadLetters.into(),
            title: RuleKind::DeadLetters.to_string(),
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
