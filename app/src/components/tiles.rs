//! The figures of the open minute and of today, as groups of labelled numbers. Never calls the server; called by
//! the dashboard page.

use crate::components::rising::rising;
use crate::number::Unit;
use domain::{Figures, Snapshot};
use leptos::prelude::*;

/// The open minute, large.
pub fn open_minute(snapshot: &Snapshot) -> AnyView {
    let open = snapshot.last_hour.last().map_or(snapshot.taken_at, |open| open.minute.start());
    let minute = format!("{} {}", snapshot.local.shown(open).hour_minute(), snapshot.local.abbreviation(open));
    view! {
        <section class="panel figures figures-open" aria-labelledby="open-heading" data-part="open-minute">
            <header class="panel-head">
                <h2 id="open-heading">"This minute"</h2>
                <p class="panel-note">{minute} ", still open"</p>
            </header>
            {groups(&snapshot.open(), &OPEN)}
        </section>
    }
    .into_any()
}

/// Today since the owner's midnight.
pub fn today(snapshot: &Snapshot) -> AnyView {
    let midnight = snapshot.local.midnight(snapshot.taken_at);
    let (zone, day) = (snapshot.local.abbreviation(midnight), snapshot.local.day(snapshot.taken_at));
    view! {
        <section class="panel figures figures-today" aria-labelledby="today-heading" data-part="today">
            <header class="panel-head">
                <h2 id="today-heading">"Today"</h2>
                <p class="panel-note">{format!("since 00:00 {zone}, {day}")}</p>
            </header>
            {groups(&snapshot.today, &TODAY)}
        </section>
    }
    .into_any()
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

fn groups(figures: &Figures, ids: &TestIds) -> AnyView {
    let [requests, orders, goods, revenue, paid_orders, paid_goods, paid_revenue] = *ids;
    let figure = |label: &'static str, test_id: &'static str, value: i64, unit: Unit| {
        view! {
            <div class="figure">
                <dt>{label}</dt>
                <dd>{rising(Some(value), unit, test_id)}</dd>
            </div>
        }
    };
    view! {
        <div class="figure-groups">
            <div class="figure-group">
                <h3>"Page views"</h3>
                <dl>{figure("Requests", requests, figures.requests_num, Unit::Count)}</dl>
            </div>
            <div class="figure-group figure-group-wide">
                <h3>"All orders"</h3>
                <dl>
                    {figure("Orders", orders, figures.total_orders_num, Unit::Count)}
                    {figure("Goods", goods, figures.total_orders_amount, Unit::Count)}
                    {figure("Revenue", revenue, figures.total_orders_price.cents(), Unit::Cents)}
                </dl>
            </div>
            <div class="figure-group figure-group-wide">
                <h3>"Paid at once"</h3>
                <dl>
                    {figure("Orders", paid_orders, figures.total_paid_orders_num, Unit::Count)}
                    {figure("Goods", paid_goods, figures.total_paid_orders_amount, Unit::Count)}
                    {figure("Revenue", paid_revenue, figures.total_paid_orders_price.cents(), Unit::Cents)}
                </dl>
            </div>
        </div>
    }
    .into_any()
}
