//! What a dashboard stands for: the time of its figures, and which shop wrote it. Called by the dashboard page.

use domain::{Minute, Snapshot};
use leptos::prelude::*;

use crate::SiteVersion;

/// The time, with marks for the island: the version that wrote the page, and what changes when something was counted.
pub fn as_of(snapshot: &Snapshot) -> AnyView {
    let counted = format!(
        "{} {} {} {:?}",
        Minute::of(snapshot.taken_at).number(),
        snapshot.pipeline.closed_until.number(),
        snapshot.applied,
        snapshot.today
    );
    view! {
        <time data-part="as-of" data-testid="as-of" data-version=SiteVersion::of_request().0.to_string() data-counted=counted>
            {snapshot.local.time(snapshot.taken_at)}
        </time>
    }
    .into_any()
}
