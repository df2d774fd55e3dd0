//! `/admin/account`: the owner's password, sessions, second factor, and the key that signs cookies. Its forms are plain
//! ones and need no JavaScript; refused, the page is shown again at the same address. Called by the route table.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::shown::shown;
use crate::ShopError;
use crate::account::{AccountNotice, AccountPage, make_account_page};
use crate::api::{OwnerSession, owners_shop};
use crate::components::{AccountKeys, AccountPassword, AccountSessions, RecoveryCodes, SecondFactor, Title};

/// The page.
#[component]
pub fn AdminAccountPage() -> impl IntoView {
    let notice = use_context::<AccountNotice>();
    let done = use_query_map().read_untracked().get("done").filter(|_| notice.is_none()).unwrap_or_default();
    let page = load(OwnerSession::of_request(), notice);
    view! {
        <Title text="Account · Pantry" />
        <div class="dashboard account">
            <header class="dashboard-head">
                <h1>"Account"</h1>
                <a class="letters-back" href="/admin/metrics">
                    "Back to the dashboard"
                </a>
            </header>
            {shown(page, move |page| show(page, &done))}
        </div>
    }
}

/// What the last form did.
fn news(done: &str) -> Option<&'static str> {
    match done {
        "password" => Some("The password is changed. All other sessions have ended."),
        "end-session" => Some("The session has ended."),
        "end-others" => Some("All other sessions have ended."),
        "cancel-factor" => Some("The set-up is cancelled. Nothing was changed."),
        "end-factor" => Some("The second factor is off. Signing in asks for the password alone."),
        "renew-keys" => Some("The key is renewed."),
        _ => None,
    }
}

async fn load(session: Option<OwnerSession>, notice: Option<AccountNotice>) -> Result<AccountPage, ShopError> {
    let shop = owners_shop().await?;
    let token_hash = session.map(|session| session.token_hash).unwrap_or_default();
    let page = make_account_page(&shop, &token_hash).await?;
    Ok(AccountPage { notice: notice.unwrap_or_default(), ..page })
}

fn show(page: AccountPage, done: &str) -> AnyView {
    let news = news(done).map(|news| {
        view! {
            <p class="letters-news" role="status" data-testid="account-news">
                {news}
            </p>
        }
    });
    let failure = page.notice.failure.clone().map(|words| {
        view! {
            <p class="letter-refusal" role="alert" data-testid="account-failure">
                {words}
            </p>
        }
    });
    let codes = page.notice.codes.clone();
    let codes = (!codes.is_empty()).then(|| view! { <RecoveryCodes codes /> });
    view! {
        {news}
        {failure}
        {codes}
        <AccountPassword is_applied=page.is_password_applied notice=page.notice.clone() />
        <SecondFactor state=page.factor notice=page.notice />
        <AccountSessions sessions=page.sessions sessions_num=page.sessions_num zone=page.zone />
        <AccountKeys renewed=page.keys_renewed />
    }
    .into_any()
}
