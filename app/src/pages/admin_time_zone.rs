//! `/admin/time-zone`: the owner chooses, once, where days and hours of the dashboard begin. A plain form; called by
//! the route table.

use leptos::prelude::*;

use super::shown::shown_alone;
use crate::ShopError;
use crate::api::owners_shop;
use crate::components::Title;

/// The page.
#[component]
pub fn AdminTimeZonePage() -> impl IntoView {
    view! {
        <Title text="Time zone" />
        <div class="dashboard time-zone-page">{shown_alone(load(), show)}</div>
    }
}

/// The owner's time zone, and the names of all.
async fn load() -> Result<(String, Vec<String>), ShopError> {
    Ok(owners_shop().await?.time_zones().await?)
}

fn show((chosen, names): (String, Vec<String>)) -> AnyView {
    let options = names.into_iter().map(|name| {
        let is_chosen = name == chosen;
        view! { <option selected=is_chosen>{name}</option> }
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
            <a href="/admin/metrics">
                "Back to the dashboard"
            </a>
        </p>
    }
    .into_any()
}
