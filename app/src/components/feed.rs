//! A list of what came in last, newest first, each with its time on the owner's clock. Called by the lists of orders
//! and of feedback.

use domain::{Clock, Snapshot};
use leptos::prelude::*;

/// What a list is made of.
pub(super) struct Feed<T: 'static> {
    /// Its heading.
    pub(super) title: &'static str,
    /// Its test id, and the start of the heading's id.
    pub(super) test_id: &'static str,
    /// What stands there while there is nothing.
    pub(super) when_empty: &'static str,
    /// Where its items come from.
    pub(super) snapshot: Signal<Snapshot>,
    /// The items, newest first.
    pub(super) latest: fn(&Snapshot) -> Vec<T>,
    /// One of them, as an item of a list.
    pub(super) line: fn(&T, &Clock) -> AnyView,
}

/// The list in its panel. It is written again only when an item or the day is another one.
pub(super) fn feed<T: PartialEq + Send + Sync>(feed: Feed<T>) -> AnyView {
    let Feed { title, test_id, when_empty, snapshot, latest, line } = feed;
    let heading = format!("{test_id}-heading");
    let latest = Memo::new(move |last: Option<&(Vec<T>, Clock, u32)>| {
        let snapshot = snapshot.read();
        let items = latest(&snapshot);
        let arrivals = match last {
            None => 0,
            Some((before, _, arrivals)) if before.first() == items.first() => *arrivals,
            Some((_, _, arrivals)) => arrivals.wrapping_add(1),
        };
        (items, snapshot.clock(), arrivals)
    });
    let list = move || {
        let (items, clock, arrivals) = &*latest.read();
        if items.is_empty() {
            return view! { <p class="panel-empty">{when_empty}</p> }.into_any();
        }
        let items = items.iter().map(|item| line(item, clock)).collect_view();
        view! { <ol class=feed_class(*arrivals)>{items}</ol> }.into_any()
    };
    view! {
        <section class="panel latest" aria-labelledby=heading.clone() data-testid=test_id>
            <header class="panel-head">
                <h2 id=heading.clone()>{title}</h2>
            </header>
            {list}
        </section>
    }
    .into_any()
}

/// Moves the list once for each arrival: the same movement has two names by turns, or it would not begin again.
fn feed_class(arrivals: u32) -> &'static str {
    match (arrivals, arrivals % 2) {
        (0, _) => "feed",
        (_, 1) => "feed arrives-odd",
        _ => "feed arrives-even",
    }
}
