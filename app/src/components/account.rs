//! Password, sessions and keys of the owner's account. Called by its page.

use leptos::prelude::*;

use super::account_fields::{account_form, password_field, send, send_quietly};
use crate::account::{AccountForm, AccountNotice, SessionRow};

/// Changes the password.
#[component]
pub fn AccountPassword(
    /// Whether `ADMIN_PASSWORD` was applied at a start.
    is_applied: bool,
    /// What became of a form.
    notice: AccountNotice,
) -> impl IntoView {
    let form = AccountForm::Password;
    let fields = vec![
        password_field(form, "current", "Current password", "current-password", &notice),
        password_field(form, "new", "New password, at least 8 characters", "new-password", &notice),
        password_field(form, "repeated", "New password again", "new-password", &notice),
    ];
    let applied = is_applied.then(|| {
        view! {
            <p class="panel-note" data-testid="password-applied">
                "This shop’s password was once set from the variable ADMIN_PASSWORD. A password that you choose here holds \
                 over restarts, until ADMIN_PASSWORD is given another value."
            </p>
        }
    });
    view! {
        <section class="panel letter" aria-labelledby="password-heading">
            <h2 id="password-heading">"Password"</h2>
            <p class="panel-note">"A new password ends all other sessions. This one goes on."</p>
            {applied}
            {account_form(form, fields, send("Change the password"))}
        </section>
    }
}

/// The sessions, and how to end them.
#[component]
pub fn AccountSessions(
    /// Those that were used last.
    sessions: Vec<SessionRow>,
    /// How many there are.
    sessions_num: i64,
    /// In whose time they are told.
    zone: String,
) -> impl IntoView {
    let hidden_num = sessions_num - sessions.len() as i64;
    let hidden = (hidden_num > 0).then(|| {
        view! { <p class="panel-note">{format!("Not listed: {hidden_num} that were used longer ago.")}</p> }
    });
    let has_others = sessions_num > 1;
    let end_others = has_others.then(|| account_form(AccountForm::EndOthers, (), send_quietly("Sign out all others")));
    view! {
        <section class="panel letter" aria-labelledby="sessions-heading">
            <h2 id="sessions-heading">"Sessions"</h2>
            <p class="panel-note">
                {format!(
                    "Where you are signed in. A session lasts 12 hours. Times of {zone}; the last use is within a minute.",
                )}
            </p>
            <ul class="session-list" data-testid="sessions">
                {sessions.into_iter().map(session).collect_view()}
            </ul>
            {hidden}
            <div class="account-buttons">
                {end_others} {account_form(AccountForm::EndAll, (), send_quietly("Sign out everywhere"))}
            </div>
        </section>
    }
}

fn session(row: SessionRow) -> AnyView {
    let SessionRow { id, browser, began, last_used, is_this } = row;
    let label = format!("Sign out {browser}, last used {last_used}");
    let end = (!is_this).then(|| {
        let button = view! {
            <button class="button-quiet" type="submit" aria-label=label>
                "Sign out"
            </button>
        };
        account_form(
            AccountForm::EndSession,
            view! { <input type="hidden" name="session" value=id /> },
            button.into_any(),
        )
    });
    view! {
        <li>
            <div>
                <strong>{browser}</strong>
                {is_this.then(|| view! { <span class="session-this">"This one"</span> })}
                <p class="panel-note">{format!("Last used {last_used}. Began {began}.")}</p>
            </div>
            {end}
        </li>
    }
    .into_any()
}

/// Renews the key that signs cookies.
#[component]
pub fn AccountKeys(
    /// When it was renewed last.
    renewed: Option<String>,
) -> impl IntoView {
    let renewed = match renewed {
        Some(at) => format!("Renewed last: {at}."),
        None => "The key is the one of the shop’s first start.".to_owned(),
    };
    view! {
        <section class="panel letter" aria-labelledby="keys-heading">
            <h2 id="keys-heading">"Key for cookies"</h2>
            <p class="panel-note">
                "It signs the list “My orders” that a customer’s browser keeps, and the mark of a browser that signed in here \
                 before. Renew it when a copy of the database may have come into other hands. Customers keep their lists: \
                 those signed with the key before are accepted for a year, or until you renew again. Renew twice to \
                 accept none of them: customers then begin with an empty list, and their receipts stay at their \
                 addresses. Your own session goes on."
            </p>
            <p data-testid="keys-renewed">{renewed}</p>
            {account_form(AccountForm::RenewKeys, (), send_quietly("Renew the key"))}
        </section>
    }
}
