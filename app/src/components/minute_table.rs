//! Minutes as a table with the columns of `requests.csv` and `orders.csv`. Never calls the server; called by the
//! closed minutes of the dashboard.

use crate::number::{grouped, grouped_euros};
use domain::MinuteFigures;
use leptos::prelude::*;

/// A table of minutes, in the order in which they come. Screen readers read `caption` before it; `when_empty` is said
/// while there is no row.
pub(super) fn minute_table(caption: &'static str, minutes: &[MinuteFigures], when_empty: String) -> AnyView {
    let rows = if minutes.is_empty() {
        view! {
            <tr>
                <td class="table-empty" colspan="8">
                    {when_empty}
                </td>
            </tr>
        }
        .into_any()
    } else {
        minutes.iter().map(row).collect_view().into_any()
    };
    view! {
        <div class="table-frame" role="region" aria-label=caption tabindex="0">
            <table class="minute-table">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col" rowspan="2" class="minute">
                            "Minute"
                            <span class="unit">" UTC"</span>
                        </th>
                        <th scope="col" rowspan="2">
                            "Requests"
                        </th>
                        <th scope="colgroup" colspan="3" class="group">
                            "All orders"
                        </th>
                        <th scope="colgroup" colspan="3" class="group">
                            "Paid at once"
                        </th>
                    </tr>
                    <tr>
                        <th scope="col" class="first">
                            "Orders"
                        </th>
                        <th scope="col">"Goods"</th>
                        <th scope="col">"Revenue"</th>
                        <th scope="col" class="first">
                            "Orders"
                        </th>
                        <th scope="col">"Goods"</th>
                        <th scope="col">"Revenue"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(minute: &MinuteFigures) -> impl IntoView + use<> {
    let figures = minute.figures;
    let note = match (minute.is_closed, minute.revision) {
        (false, _) => "open",
        (true, 0) => "",
        (true, _) => "revised",
    };
    view! {
        <tr data-key=minute.minute.number().to_string()>
            <th scope="row" class="minute">
                {minute.minute.hour_minute()}
                <span class="row-note">{note}</span>
            </th>
            <td>{grouped(figures.requests_num)}</td>
            <td class="first">{grouped(figures.total_orders_num)}</td>
            <td>{grouped(figures.total_orders_amount)}</td>
            <td>{grouped_euros(figures.total_orders_price)}</td>
            <td class="first">{grouped(figures.total_paid_orders_num)}</td>
            <td>{grouped(figures.total_paid_orders_amount)}</td>
            <td>{grouped_euros(figures.total_paid_orders_price)}</td>
        </tr>
    }
}
