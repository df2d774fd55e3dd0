//! The last 60 minutes, the open one included: requests and orders as charts, everything as a table beside them
//! for those who do not see charts. Never calls the server; called by the dashboard page.

use crate::components::chart::Chart;
use crate::components::hour::lay_out;
use crate::components::minute_table::MinuteTable;
use crate::components::number::{counted, grouped_euros};
use domain::{MinuteFigures, Money, Snapshot};
use leptos::prelude::*;

/// Two charts, and all that they show as a table.
#[component]
pub fn LastHour(
    /// What is shown.
    #[prop(into)]
    snapshot: Signal<Snapshot>,
) -> impl IntoView {
    let requests = Signal::derive(move || lay_out(&snapshot.read().last_hour, requests_column));
    let orders = Signal::derive(move || lay_out(&snapshot.read().last_hour, orders_column));
    let newest_first = Signal::derive(move || {
        let mut minutes = snapshot.read().last_hour.clone();
        minutes.reverse();
        minutes
    });
    view! {
        <section class="last-hour" aria-labelledby="hour-heading">
            <h2 id="hour-heading">"The last 60 minutes"</h2>
            <div class="charts">
                <Chart
                    title="Requests per minute"
                    id="chart-requests"
                    summary=Signal::derive(move || requests_summary(&snapshot.read().last_hour))
                    hour=requests
                />
                <Chart
                    title="Orders per minute"
                    id="chart-orders"
                    summary=Signal::derive(move || orders_summary(&snapshot.read().last_hour))
                    hour=orders
                    legend=("paid at once", "on credit")
                />
            </div>
            <details class="panel hour-table" data-testid="hour-table">
                <summary>"The same as a table"</summary>
                <MinuteTable
                    caption="The last 60 minutes, newest first"
                    minutes=newest_first
                    when_empty="The first minute has just begun."
                />
            </details>
        </section>
    }
}

fn requests_column(minute: &MinuteFigures) -> (i64, i64, String) {
    let requests = minute.figures.requests_num;
    let readout = format!("{} · {}{}", minute.minute.hour_minute(), counted(requests, "request"), so_far(minute));
    (requests, requests, readout)
}

fn orders_column(minute: &MinuteFigures) -> (i64, i64, String) {
    let figures = minute.figures;
    let readout = format!(
        "{} · {}, {} paid · {}{}",
        minute.minute.hour_minute(),
        counted(figures.total_orders_num, "order"),
        figures.total_paid_orders_num,
        grouped_euros(figures.total_orders_price),
        so_far(minute)
    );
    (figures.total_orders_num, figures.total_paid_orders_num, readout)
}

fn so_far(minute: &MinuteFigures) -> &'static str {
    if minute.is_closed { "" } else { " so far" }
}

fn requests_summary(minutes: &[MinuteFigures]) -> String {
    let sum = sum(minutes, |minute| minute.figures.requests_num);
    if sum == 0 {
        return "No requests in the last hour yet".to_owned();
    }
    format!("{} in the last hour", counted(sum, "request"))
}

fn orders_summary(minutes: &[MinuteFigures]) -> String {
    let orders = sum(minutes, |minute| minute.figures.total_orders_num);
    if orders == 0 {
        return "No orders in the last hour yet".to_owned();
    }
    let cents = sum(minutes, |minute| minute.figures.total_orders_price.cents());
    format!("{} in the last hour, {}", counted(orders, "order"), grouped_euros(Money::from_cents(cents)))
}

fn sum(minutes: &[MinuteFigures], of: impl Fn(&MinuteFigures) -> i64) -> i64 {
    minutes.iter().fold(0_i64, |sum, minute| sum.saturating_add(of(minute)))
}
