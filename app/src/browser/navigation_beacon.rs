//! Reports client-side changes of page, which the server would otherwise never see.
//!
//! The first location of a load is never reported, because the server counted that page when it sent it; a changed
//! query is no change of page. `sendBeacon` survives leaving the shop and delays nothing.

use domain::PagePath;
use leptos::prelude::*;

/// Where beacons go.
const NAVIGATION_ENDPOINT: &str = "/api/navigation";

/// Watches the path; shows nothing.
#[component]
pub fn NavigationBeacon(
    /// The path of the page that is shown.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    Effect::new(move |previous: Option<String>| {
        let path = path.get();
        let has_moved = previous.is_some_and(|previous| previous != path);
        if has_moved && PagePath::parse(&path).is_some() {
            // A beacon that the browser refuses is one page view less; nothing is worth interrupting a customer for.
            let _ = window().navigator().send_beacon_with_opt_str(NAVIGATION_ENDPOINT, Some(&path));
        }
        path
    });
}
