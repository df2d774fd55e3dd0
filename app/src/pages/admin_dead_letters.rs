//! `/admin/dead-letters`, the records that could not be read: what waits for the owner, and what became of the rest.
//! Its forms are plain ones and need no JavaScript. Called by the route table.

use domain::Letters;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::shown::shown;
use crate::ShopError;
use crate::api::owners_shop;
use crate::components::{AllSent, HandledLetters, LetterRanges, LetterView, RedriveAll, Title, letter_done};

/// The page.
#[component]
pub fn AdminDeadLettersPage() -> impl IntoView {
    let query = use_query_map();
    let number = move |name: &str| query.read_untracked().get(name).and_then(|text| text.parse::<i64>().ok());
    let all_sent = number("sent").map(|sent| AllSent {
        sent,
        unreadable: number("unreadable").unwrap_or_default(),
        below: number("below"),
    });
    view! {
        <Title text="Dead letters · Pantry" />
        <div class="dashboard letters">
            <header class="dashboard-head">
                <h1>"Dead letters"</h1>
                <a class="letters-back" href="/admin/metrics">
                    "Back to the dashboard"
                </a>
            </header>
            {shown(load(number("done")), move |letters| view! { <ListOfLetters letters all_sent /> })}
        </div>
    }
}

async fn load(done: Option<i64>) -> Result<Letters, ShopError> {
    Ok(owners_shop().await?.store.dead_letters(done).await?)
}

#[component]
fn ListOfLetters(letters: Letters, all_sent: Option<AllSent>) -> impl IntoView {
    let Letters { open, open_total, handled, ranges, range_records, done } = letters;
    let listed = open.len() as i64;
    let below = all_sent.and_then(|all_sent| all_sent.below);
    let news = all_sent.map(|all_sent| all_sent.text()).or_else(|| done.as_ref().and_then(letter_done));
    let open = open.into_iter().map(|letter| view! { <LetterView letter refusal=None is_listed=true /> });
    view! {
        {news
            .map(|news| {
                view! {
                    <p class="letters-news" role="status" data-testid="letters-news">
                        {news}
                    </p>
                }
            })}
        <RedriveAll listed open_total below />
        {open.collect_view()}
        <HandledLetters handled />
        <LetterRanges ranges range_records />
    }
}
