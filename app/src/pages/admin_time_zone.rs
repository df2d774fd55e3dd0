//! `/admin/time-zone`: the owner chooses, once, where days and hours of the dashboard begin. A plain form; called by
//! the route table.

use crate::api::time_zones;
use crate::pages::data::OwnersData;
use crate::pages::loaded::{Loading, loaded};
use leptos::prelude::*;

use crate::components::Title;

/// The page.
#[component]
pub fn AdminTimeZonePage() -> impl IntoView {
    view! {
        <Title text="Time zone" />
        <div class="dashboard time-zone-page">{loaded(String::new, load, show)}</div>
    }
}

fn load(_: String) -> Loading<OwnersData> {
    Box::pin(async { Ok(OwnersData { time_zones: time_zones().await?, ..OwnersData::default() }) })
}

fn show(data: OwnersData) -> AnyView {
    let chosen = data.time_zones.first().cloned().unwrap_or_default();
    let options = data.time_zones.iter().skip(1).map(|name| {
        let is_chosen = *name == chosen;
        view! { <option selected=is_chosen>{name.clone()}</option> }
    });
    view! {
        <h1>"Time zone"</h1>
        <p>"Days and hours of the dashboard begin as clocks show them there. The files stay in UTC."</p>
        <form class="time-zone" method="post" action="/admin/metrics/time-zone">
            <label for="zone">"Time zone"</label>
            <select id="zone" name="zone">
                {options.collect_view()}
            </select>
            <button class="button-quiet" type="submit">
                "Keep this time zone"
            </button>
        </form>
        <p>
            <a href="/admin/metrics" rel="external">
                "Back to the dashboard"
            </a>
        </p>
    }
    .into_any()
}
