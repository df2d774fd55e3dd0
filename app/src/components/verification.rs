//! Whether orders, figures and files agree, as the last check found, and the button for another one. Called by the
//! dashboard page.

use crate::number::{counted, grouped};
use domain::snapshot::Verifying;
use domain::{Clock, Difference, Snapshot, Verification};
use leptos::prelude::*;

/// The panel.
pub fn verification_state(snapshot: &Snapshot) -> AnyView {
    let verifying = &snapshot.verifying;
    view! {
        <section class="panel verification" aria-labelledby="verification-heading" data-part="verification">
            <header class="panel-head">
                <h2 id="verification-heading">"Do the figures agree?"</h2>
                <form method="post" action="/admin/metrics/verify">
                    <button class="button-quiet" type="submit" data-testid="verify">
                        "Check now"
                    </button>
                </form>
            </header>
            <div role="status">
                <p class=tone(verifying)>
                    <span class="status-value" data-testid="verification">
                        {headline(verifying)}
                    </span>
                    <span class="status-meaning">{meaning(verifying, &snapshot.clock())}</span>
                </p>
            </div>
            {verifying.last.as_ref().filter(|found| !found.agrees()).map(differences)}
        </section>
    }
    .into_any()
}

fn tone(verifying: &Verifying) -> &'static str {
    match &verifying.last {
        Some(found) if !found.agrees() => "status is-trouble",
        _ if verifying.failed_at.is_some() => "status is-notice",
        Some(_) => "status is-good",
        None => "status is-quiet",
    }
}

fn headline(verifying: &Verifying) -> String {
    match &verifying.last {
        _ if verifying.is_running => "Checking…".to_owned(),
        Some(found) if found.agrees() => "Everything agrees".to_owned(),
        Some(found) => {
            let minutes = found.differing_minutes();
            format!("{} {}", counted(minutes, "minute"), if minutes == 1 { "differs" } else { "differ" })
        }
        None => "Not checked yet".to_owned(),
    }
}

fn meaning(verifying: &Verifying, clock: &Clock) -> String {
    let failed = verifying
        .failed_at
        .map(|at| format!("The check at {} could not read the database or the files. ", clock.second_in_zone(at)));
    let last = match &verifying.last {
        Some(Verification { checked_at, orders, .. }) => {
            let minutes = verifying.last.as_ref().map_or(0, Verification::minutes);
            format!(
                "Checked at {}: {}, the figures of {}, all files and the roll-ups.",
                clock.second_in_zone(*checked_at),
                counted(*orders, "order"),
                counted(minutes, "minute"),
            )
        }
        None => "It runs by itself once a minute is closed, and after every hour.".to_owned(),
    };
    failed.unwrap_or_default() + &last
}

fn differences(found: &Verification) -> AnyView {
    let rows = found.differences.iter().map(difference).collect_view();
    let caption = match found.differences.len() {
        1 => "What differs".to_owned(),
        told => format!("The first {} that differ", grouped(told as i64)),
    };
    view! {
        <div class="table-frame" role="region" aria-label="What differs" tabindex="0">
            <table class="differences" data-testid="differences">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Minute (UTC)"</th>
                        <th scope="col">"Compared"</th>
                        <th scope="col">"Column"</th>
                        <th scope="col">"Expected"</th>
                        <th scope="col">"Found"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn difference(difference: &Difference) -> AnyView {
    view! {
        <tr>
            <td>{difference.minute.to_string()}</td>
            <td>{difference.compared.label()}</td>
            <td>{difference.column.clone()}</td>
            <td>{difference.expected.clone()}</td>
            <td>{difference.found.clone()}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Compared, Comparison, LocalTime, Timestamp};

    fn found(differing_minutes: i64) -> Verification {
        Verification {
            checked_at: Timestamp::from_micros(65_000_000),
            orders: 3,
            comparisons: vec![Comparison { compared: Compared::OrdersWithFigures, minutes: 2, differing_minutes }],
            ..Verification::default()
        }
    }

    #[test]
    fn each_state_has_its_words() {
        for (verifying, class, words) in [
            (Verifying::default(), "status is-quiet", "Not checked yet"),
            (Verifying { is_running: true, ..Verifying::default() }, "status is-quiet", "Checking…"),
            (Verifying { last: Some(found(0)), ..Verifying::default() }, "status is-good", "Everything agrees"),
            (Verifying { last: Some(found(1)), ..Verifying::default() }, "status is-trouble", "1 minute differs"),
            (Verifying { last: Some(found(2)), ..Verifying::default() }, "status is-trouble", "2 minutes differ"),
        ] {
            assert_eq!((tone(&verifying), headline(&verifying).as_str()), (class, words));
        }
    }

    #[test]
    fn a_check_that_failed_hides_no_older_result() {
        let failed_at = Some(Timestamp::from_micros(125_000_000));
        let verifying = Verifying { last: Some(found(0)), failed_at, is_running: false };
        assert_eq!(tone(&verifying), "status is-notice");
        let words = meaning(&verifying, &LocalTime::default().clock(Timestamp::from_micros(0)));
        assert!(words.starts_with("The check at 00:02:05 UTC could not read"), "{words}");
        assert!(
            words.ends_with("Checked at 00:01:05 UTC: 3 orders, the figures of 2 minutes, all files and the roll-ups.")
        );
    }
}
