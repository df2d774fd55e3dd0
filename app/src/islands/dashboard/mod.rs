//! The dashboard in the browser: it follows the stream of figures, loads the report again, and says how the page stands
//! to the shop. The server renders all that is shown, and sends it as HTML; the island puts it in its place.

mod badge;
mod charts;
mod live;
mod page;
mod parts;
mod ranges;
mod report;
mod rising;

use leptos::prelude::*;

/// The dashboard around its content.
#[island]
pub fn Dashboard(
    /// The content, as the server renders it.
    children: Children,
) -> impl IntoView {
    Effect::new(|_| live::begin());
    children()
}
