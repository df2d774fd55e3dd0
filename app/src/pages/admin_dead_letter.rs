//! `/admin/dead-letters/ID`, one dead letter with all that is kept of it. Where one of its forms was refused, it is
//! shown again at that form's address, with what was typed and why. Called by the route table.

use leptos::prelude::*;

use super::data::OwnersData;
use super::loaded::{Loading, loaded};
use crate::components::{LetterView, Notice, Title};
use crate::router::use_params_map;
use crate::{LetterRefusal, api, response};

/// The page.
#[component]
pub fn AdminDeadLetterPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    view! {
        <Title text="Dead letter · Pantry" />
        <div class="dashboard letters">
            <header class="dashboard-head">
                <h1>"Dead letter"</h1>
                <a class="letters-back" href="/admin/dead-letters">
                    "All dead letters"
                </a>
            </header>
            {loaded(id, load, show)}
        </div>
    }
}

fn load(id: String) -> Loading<OwnersData> {
    let letter_refusal = use_context::<LetterRefusal>();
    Box::pin(async move {
        let letter = match id.parse() {
            Ok(id) => api::dead_letter(id).await?,
            Err(_) => None,
        };
        Ok(OwnersData { letter, letter_refusal, ..OwnersData::default() })
    })
}

fn show(data: OwnersData) -> AnyView {
    match data.letter {
        Some(letter) => view! { <LetterView letter refusal=data.letter_refusal is_listed=false /> }.into_any(),
        None => {
            response::not_found();
            view! {
                <Notice title="There is no such dead letter">
                    <p>"Its number may have been mistyped. The list has all that wait for you."</p>
                </Notice>
            }
            .into_any()
        }
    }
}
