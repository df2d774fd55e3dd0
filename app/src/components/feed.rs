//! A list of what came in last, newest first, each with its time on the owner's clock. Called by the lists of orders
//! and of feedback.

use domain::Clock;
use leptos::prelude::*;

/// What a list is made of.
pub(super) struct Feed<T: 'static> {
    /// Its heading.
    pub(super) title: &'static str,
    /// Its test id, and the start of the heading's id.
    pub(super) test_id: &'static str,
    /// What stands there while there is nothing.
    pub(super) when_empty: &'static str,
    /// One of its items, in a list.
    pub(super) line: fn(&T, &Clock) -> AnyView,
}

/// The list of these items, newest first, in its panel.
pub(super) fn feed<T>(feed: Feed<T>, items: &[T], clock: &Clock) -> AnyView {
    let Feed { title, test_id, when_empty, line } = feed;
    let heading = format!("{test_id}-heading");
    let list = if items.is_empty() {
        view! { <p class="panel-empty">{when_empty}</p> }.into_any()
    } else {
        let items: Vec<_> = items.iter().map(|item| line(item, clock)).collect();
        view! { <ol class="feed" data-feed="">{items}</ol> }.into_any()
    };
    view! {
        <section class="panel latest" aria-labelledby=heading.clone() data-part=test_id data-testid=test_id>
            <header class="panel-head">
                <h2 id=heading.clone()>{title}</h2>
            </header>
            {list}
        </section>
    }
    .into_any()
}
