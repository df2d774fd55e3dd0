//! `/admin/dead-letters/ID`, one dead letter with all that is kept of it. Where one of its forms was refused, it is
//! shown again at that form's address, with what was typed and why. Called by the route table.

use domain::Letter;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::shown::shown;
use crate::api::owners_shop;
use crate::components::{LetterView, Notice, Title};
use crate::{LetterRefusal, ShopError, response};

/// The page.
#[component]
pub fn AdminDeadLetterPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    let refusal = use_context::<LetterRefusal>();
    view! {
        <Title text="Dead letter · Pantry" />
        <div class="dashboard letters">
            <header class="dashboard-head">
                <h1>"Dead letter"</h1>
                <a class="letters-back" href="/admin/dead-letters">
                    "All dead letters"
                </a>
            </header>
            {shown(load(id), |letter| show(letter, refusal))}
        </div>
    }
}

async fn load(id: String) -> Result<Option<Letter>, ShopError> {
    let shop = owners_shop().await?;
    match id.parse() {
        Ok(id) => Ok(shop.store.dead_letter(id).await?),
        Err(_) => Ok(None),
    }
}

fn show(letter: Option<Letter>, refusal: Option<LetterRefusal>) -> AnyView {
    match letter {
        Some(letter) => view! { <LetterView letter refusal is_listed=false /> }.into_any(),
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
