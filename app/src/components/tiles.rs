//! The figures of the open minute and of today, as groups of labelled numbers. Never calls the server; called by
//! the dashboard page.

use crate::components::number::{euros, grouped};
use crate::components::rising::rising;
use domain::{Figures, Snapshot};
use leptos::prelude::*;

/// The open minute, large.
#[component]
pub fn OpenMinute(
    /// What is shown.
    #[prop(into)]
    snapshot: Signal<Snapshot>,
) -> impl IntoView {
    let open = Signal::derive(move || snapshot.read().open());
    let minute = move || {
        let snapshot = snapshot.read();
        let open = snapshot.last_hour.last().map_or(snapshot.taken_at, |open| open.minute.start());
        format!("{} {}", snapshot.local.shown(open).hour_minute(), snapshot.local.abbreviation(open))
    };
    view! {
        <section class="panel figures figures-open" aria-labelledby="open-heading">
            <header class="panel-head">
                <h2 id="open-heading">"This minute"</h2>
                <p class="panel-note">{minute} ", still open"</p>
            </header>
            {groups(open, &OPEN)}
        </section>
    }
}

/// Today since the owner's midnight.
#[component]
pub fn Today(
    /// What is shown.
    #[prop(into)]
    snapshot: Signal<Snapshot>,
) -> impl IntoView {
    let today = Signal::derive(move || snapshot.read().today);
    view! {
        <section class="panel figures figures-today" aria-labelledby="today-heading">
            <header class="panel-head">
                <h2 id="today-heading">"Today"</h2>
                <p class="panel-note">
                    {move || {
                        let snapshot = snapshot.read();
                        let midnight = snapshot.local.midnight(snapshot.taken_at);
                        let (zone, day) = (snapshot.local.abbreviation(midnight), snapshot.local.day(snapshot.taken_at));
                        format!("since 00:00 {zone}, {day}")
                    }}
                </p>
            </header>
            {groups(today, &TODAY)}
        </section>
    }
}

/// The test ids of the seven figures, in the order in which they are shown.
type TestIds = [&'static str; 7];

const OPEN: TestIds = [
    "open-requests",
    "open-orders",
    "open-goods",
    "open-revenue",
    "open-paid-orders",
    "open-paid-goods",
    "open-paid-revenue",
];

const TODAY: TestIds = [
    "today-requests",
    "today-orders",
    "today-goods",
    "today-revenue",
    "today-paid-orders",
    "today-paid-goods",
    "today-paid-revenue",
];

fn groups(figures: Signal<Figures>, ids: &TestIds) -> impl IntoView + use<> {
    let [requests, orders, goods, revenue, paid_orders, paid_goods, paid_revenue] = *ids;
    let figure =
        move |label: &'static str, test_id: &'static str, value: fn(&Figures) -> i64, words: fn(i64) -> String| {
            let value = Signal::derive(move || Some(value(&figures.read())));
            view! {
                <div class="figure">
                    <dt>{label}</dt>
                    <dd>{rising(value, words, test_id)}</dd>
                </div>
            }
        };
    view! {
        <div class="figure-groups">
            <div class="figure-group">
                <h3>"Page views"</h3>
                <dl>{figure("Requests", requests, |f| f.requests_num, grouped)}</dl>
            </div>
            <div class="figure-group figure-group-wide">
                <h3>"All orders"</h3>
                <dl>
                    {figure("Orders", orders, |f| f.total_orders_num, grouped)}
                    {figure("Goods", goods, |f| f.total_orders_amount, grouped)}
                    {figure("Revenue", revenue, |f| f.total_orders_price.cents(), euros)}
                </dl>
            </div>
            <div class="figure-group figure-group-wide">
                <h3>"Paid at once"</h3>
                <dl>
                    {figure("Orders", paid_orders, |f| f.total_paid_orders_num, grouped)}
                    {figure("Goods", paid_goods, |f| f.total_paid_orders_amount, grouped)}
                    {figure("Revenue", paid_revenue, |f| f.total_paid_orders_price.cents(), euros)}
                </dl>
            </div>
        </div>
    }
}
