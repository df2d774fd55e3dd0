//! Alerts that are open and those that have ended, and the messages to the webhook. Called by the page of alerts.

use crate::number::grouped;
use domain::alert::{AlertRow, DeliveryRow, DeliveryState, LISTED_MAX, Webhook};
use leptos::prelude::*;

/// Open alerts first, then the history.
#[component]
pub fn AlertHistory(
    /// Those whose condition holds.
    open: Vec<AlertRow>,
    /// Those that have ended, the last first.
    ended: Vec<AlertRow>,
    /// How many later ones are not among them.
    skipped_num: i64,
    /// How many have ended in all.
    ended_num: i64,
    /// Whose times these are.
    zone: String,
) -> impl IntoView {
    let now = if open.is_empty() {
        view! { <p data-testid="alerts-none">"No alert is open."</p> }.into_any()
    } else {
        let items: Vec<_> = open.into_iter().map(open_item).collect();
        view! { <ul class="alert-list" data-testid="alerts-open">{items}</ul> }.into_any()
    };
    let history = if ended_num == 0 {
        view! { <p class="panel-note" data-testid="alerts-never">"No alert has ended yet."</p> }.into_any()
    } else if ended.is_empty() {
        view! { <p class="panel-note">"No earlier alert is kept."</p> }.into_any()
    } else {
        let rows: Vec<_> = ended.into_iter().map(ended_row).collect();
        table("Alerts that have ended", "alerts-ended", &["What", "Began", "Ended", "How long"], rows)
    };
    view! {
        <section class="panel letter" aria-labelledby="alerts-open-heading">
            <h2 id="alerts-open-heading">"Open now"</h2>
            {now}
        </section>
        <section class="panel letter" aria-labelledby="alert-history-heading">
            <h2 id="alert-history-heading">"History"</h2>
            <p class="panel-note">{listed(skipped_num, ended_num)} {format!("Times of {zone}.")}</p>
            {history}
            {turns(skipped_num, ended_num)}
        </section>
    }
}

/// Which of many are listed.
fn listed(skipped: i64, all: i64) -> String {
    let last = skipped.saturating_add(LISTED_MAX).min(all);
    let is_all = skipped == 0 && last == all;
    if is_all || last <= skipped {
        String::new()
    } else {
        format!("{} to {} of {}. ", grouped(skipped + 1), grouped(last), grouped(all))
    }
}

/// The way to later and to earlier ones, where there are any.
fn turns(skipped: i64, all: i64) -> Option<AnyView> {
    let link = |skip: i64, label| view! { <a href=format!("/admin/alerts?skip={skip}")>{label}</a> }.into_any();
    let later = (skipped > 0).then(|| link((skipped - LISTED_MAX).clamp(0, all), "Later alerts"));
    let next = skipped.saturating_add(LISTED_MAX);
    let earlier = (next < all).then(|| link(next, "Earlier alerts"));
    let is_needed = later.is_some() || earlier.is_some();
    is_needed.then(|| {
        view! {
            <nav class="turns" aria-label="History">
                {later}
                {earlier}
            </nav>
        }
        .into_any()
    })
}

fn open_item(alert: AlertRow) -> AnyView {
    view! {
        <li>
            <strong>{alert.title}</strong>
            " "
            <span class="alert-words">{alert.words}</span>
            " "
            <span class="panel-note">{format!("Since {}, for {}.", alert.began, alert.lasted)}</span>
        </li>
    }
    .into_any()
}

fn ended_row(alert: AlertRow) -> AnyView {
    view! {
        <tr>
            <td>
                <strong>{alert.title}</strong>
                " "
                {alert.words}
            </td>
            <td>{alert.began}</td>
            <td>{alert.ended}</td>
            <td>{alert.lasted}</td>
        </tr>
    }
    .into_any()
}

/// A table in a frame that scrolls by itself on a phone, where its first column is what tells most.
fn table(name: &'static str, test_id: &'static str, columns: &[&'static str], rows: Vec<AnyView>) -> AnyView {
    let columns: Vec<_> = columns.iter().map(|column| view! { <th scope="col">{*column}</th> }).collect();
    view! {
        <div class="table-frame" role="region" aria-label=name tabindex="0">
            <table class="letter-table alert-table" data-testid=test_id>
                <thead>
                    <tr>{columns}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Where alerts are sent, and what became of the last messages.
#[component]
pub fn WebhookState(
    /// `None` where none is configured.
    webhook: Option<Webhook>,
) -> impl IntoView {
    let state = match webhook {
        None => view! {
            <p data-testid="webhook-none">
                "Alerts are shown here and on the dashboard alone. To have them sent, set "
                <code>"ALERT_WEBHOOK_URL"</code> " and " <code>"ALERT_WEBHOOK_SECRET"</code> "."
            </p>
        }
        .into_any(),
        Some(webhook) => webhook_state(webhook),
    };
    view! {
        <section class="panel letter webhook" aria-labelledby="webhook-heading">
            <h2 id="webhook-heading">"Webhook"</h2>
            {state}
        </section>
    }
}

fn webhook_state(webhook: Webhook) -> AnyView {
    let deliveries = if webhook.deliveries.is_empty() {
        view! { <p class="panel-note" data-testid="deliveries-none">"Nothing was sent yet."</p> }.into_any()
    } else {
        let rows: Vec<_> = webhook.deliveries.into_iter().map(delivery_row).collect();
        table("The last messages", "deliveries", &["Message", "What became of it", "Made"], rows)
    };
    view! {
        <div class="letters-all">
            <p>
                "Every alert is sent to " <strong data-testid="webhook-host">{webhook.host}</strong>
                " when it begins and when it ends."
            </p>
            <form method="post" action="/admin/alerts/test">
                <button class="button-quiet" type="submit">
                    "Send a test"
                </button>
            </form>
        </div>
        {deliveries}
    }
    .into_any()
}

fn delivery_row(delivery: DeliveryRow) -> AnyView {
    let class = match delivery.state {
        DeliveryState::Delivered => "delivery is-good",
        DeliveryState::Waiting => "delivery is-notice",
        DeliveryState::GivenUp => "delivery is-trouble",
    };
    view! {
        <tr>
            <td>{delivery.what}</td>
            <td class=class>{delivery.words}</td>
            <td>{delivery.made}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_it_is_said_which_are_listed() {
        for (skipped, all, words) in [
            (0, 0, ""),
            (0, 50, ""),
            (0, 51, "1 to 50 of 51. "),
            (50, 51, "51 to 51 of 51. "),
            (950, 1_000, "951 to 1,000 of 1,000. "),
            (60, 51, ""),
            (i64::MAX, 51, ""),
        ] {
            assert_eq!(listed(skipped, all), words, "{skipped} of {all}");
        }
    }
}
