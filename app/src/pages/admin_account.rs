//! `/admin/account`: the owner's password, sessions, second factor, and the key that signs cookies. Its forms are plain
//! ones and need no JavaScript; refused, the page is shown again at the same address. Called by the route table.

use leptos::prelude::*;

use super::data::OwnersData;
use super::loaded::{Loading, loaded};
use crate::account::AccountNotice;
use crate::api;
use crate::components::{AccountKeys, AccountPassword, AccountSessions, RecoveryCodes, SecondFactor, Title};
use crate::router::use_query_map;

/// The page.
#[component]
pub fn AdminAccountPage() -> impl IntoView {
    let done = use_query_map().with_untracked(|query| query.get("done")).unwrap_or_default();
    view! {
        <Title text="Account · Pantry" />
        <div class="dashboard account">
            <header class="dashboard-head">
                <h1>"Account"</h1>
                <a class="letters-back" href="/admin/metrics">
                    "Back to the dashboard"
                </a>
            </header>
            {loaded(move || done.clone(), load, show)}
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

fn load(done: String) -> Loading<OwnersData> {
    let notice = use_context::<AccountNotice>();
    Box::pin(async move {
        let mut page = api::account().await?;
        let done = if notice.is_some() { String::new() } else { done };
        page.notice = notice.unwrap_or_default();
        Ok(OwnersData { account: Some(page), account_done: done, ..OwnersData::default() })
    })
}

fn show(data: OwnersData) -> AnyView {
    let page = data.account.unwrap_or_default();
    let news = news(&data.account_done).map(|news| {
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
