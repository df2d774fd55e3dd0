//! The most ordered goods and the busiest pages of a range, and the most frequent values of a stream's fields. Called
//! by the dashboard page and those of streams.

use crate::components::axis::Axis;
use crate::number::{counted, grouped, grouped_euros};
use domain::Report;
use leptos::prelude::*;
use streams::{GroupValue, Ranked, Totals};

/// The longest bar, in units of its box.
const BAR: i64 = 1_000;

/// A line of a list: what, how much of it in words, and for the bar.
struct Rank {
    name: AnyView,
    words: String,
    value: i64,
}

/// Most ordered goods.
pub fn top_goods(report: &Report) -> AnyView {
    let ranks = report.goods.iter().map(|good| {
        let (picture, name) = (format!("/goods/{}.svg", good.slug), good.name.clone());
        let name = view! {
            <img src=picture alt="" width="24" height="24" loading="lazy" />
            {name}
        };
        let words = format!("{} · {}", grouped(good.quantity), grouped_euros(good.price));
        Rank { name: name.into_any(), words, value: good.quantity }
    });
    let list = ranks_view(ranks.collect(), "Nothing was ordered in this time.");
    panel("Most ordered goods", "top-goods", list, report)
}

/// Busiest pages.
pub fn top_pages(report: &Report) -> AnyView {
    let ranks = report.pages.iter().map(|page| Rank {
        name: page.path.clone().into_any(),
        words: counted(page.views_num, "view"),
        value: page.views_num,
    });
    let list = ranks_view(ranks.collect(), "No page was viewed in this time.");
    panel("Busiest pages", "top-pages", list, report)
}

/// The most frequent values of a field.
pub fn top_values(field: &str, ranked: &[Ranked], report: &Report<Totals>) -> AnyView {
    let ranks = ranked.iter().map(|ranked| {
        let name = match &ranked.value {
            GroupValue::Text(text) if text.is_empty() => view! { <em>"empty"</em> }.into_any(),
            GroupValue::Text(text) => text.clone().into_any(),
            GroupValue::Other => view! { <em>"all others"</em> }.into_any(),
        };
        Rank { name, words: counted(ranked.events_num, "event"), value: ranked.events_num }
    });
    let list = ranks_view(ranks.collect(), "Nothing was counted in this time.");
    panel(&format!("Most frequent: {}", field.replace('_', " ")), &format!("group-{field}"), list, report)
}

fn panel<C>(title: &str, test_id: &str, list: AnyView, report: &Report<C>) -> AnyView {
    let (title, test_id, heading) = (title.to_owned(), test_id.to_owned(), format!("{test_id}-heading"));
    view! {
        <section class="panel ranks" aria-labelledby=heading.clone() data-part=test_id.clone() data-testid=test_id>
            <header class="panel-head">
                <h2 id=heading.clone()>{title}</h2>
                <p class="panel-note">"since " {report.ranked_since.clone()}</p>
            </header>
            {list}
        </section>
    }
    .into_any()
}

fn ranks_view(ranks: Vec<Rank>, when_empty: &'static str) -> AnyView {
    if ranks.is_empty() {
        return view! { <p class="panel-empty">{when_empty}</p> }.into_any();
    }
    let largest = ranks.iter().map(|rank| rank.value).max().unwrap_or(1).max(1);
    let axis = Axis { step: largest, top: largest };
    let lines = ranks.into_iter().map(|rank| {
        view! {
            <li>
                <svg class="rank-bar" width="100%" height="100%" viewBox=format!("0 0 {BAR} 10") preserveAspectRatio="none" aria-hidden="true">
                    <rect x="0" y="0" width=axis.pixels(rank.value, BAR) height="10"></rect>
                </svg>
                <span class="rank-name">{rank.name}</span>
                <span class="rank-value">{rank.words}</span>
            </li>
        }
    });
    view! { <ol class="rank-list">{lines.collect_view()}</ol> }.into_any()
}
