//! Alerts that are open and those that have ended, and the messages to the webhook. Called by the page of alerts.

use domain::alert::{AlertRow, DeliveryRow, DeliveryState, Webhook};
use leptos::prelude::*;

/// Open alerts first, then the history.
#[component]
pub fn AlertHistory(
    /// Those whose condition holds.
    open: Vec<AlertRow>,
    /// Those that have ended, the last first.
    ended: Vec<AlertRow>,
    /// Whose times these are.
    zone: String,
) -> impl IntoView {
    let now = if open.is_empty() {
        view! { <p data-testid="alerts-none">"No alert is open."</p> }.into_any()
    } else {
        let items: Vec<_> = open.into_iter().map(open_item).collect();
        view! { <ul class="alert-list" data-testid="alerts-open">{items}</ul> }.into_any()
    };
    let history = if ended.is_empty() {
        view! { <p class="panel-note" data-testid="alerts-never">"No alert has ended yet."</p> }.into_any()
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
            <p class="panel-note">{format!("Times of {zone}.")}</p>
            {history}
        </section>
    }
}

fn open_item(alert: AlertRow) -> AnyView {
    view! {
        <li>
            <strong>{alert.rule.title()}</strong>
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
                <strong>{alert.rule.title()}</strong>
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
