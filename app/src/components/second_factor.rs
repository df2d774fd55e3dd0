//! The second factor of the owner's account: off, being set up, or on; and its recovery codes, which are shown once.
//! Called by the account's page.

use leptos::prelude::*;

use super::account_fields::{account_form, code_field, password_field, send, send_quietly};
use crate::account::{AccountForm, AccountNotice, FactorState};

/// Where the secret's picture is.
const PICTURE: &str = "/admin/account/second-factor.svg";
/// A secret is read and typed in groups of so many characters.
const GROUP_CHARS: usize = 4;

/// The second factor, as it stands.
#[component]
pub fn SecondFactor(
    /// How it stands.
    state: FactorState,
    /// What became of a form.
    notice: AccountNotice,
) -> impl IntoView {
    let content = match state {
        FactorState::Off => off(&notice),
        FactorState::SettingUp(secret) => setting_up(&secret, &notice),
        FactorState::On(codes_num) => on(codes_num, &notice),
    };
    view! {
        <section class="panel letter" aria-labelledby="factor-heading">
            <h2 id="factor-heading">"Second factor"</h2>
            {content}
        </section>
    }
}

fn off(notice: &AccountNotice) -> AnyView {
    let form = AccountForm::BeginFactor;
    let current = password_field(form, "current", "Current password", "current-password", notice);
    view! {
        <p class="panel-note">
            "Off. With it, signing in also asks for a code from an authenticator app on your phone, so that the password \
             alone lets nobody in."
        </p>
        {account_form(form, current, send("Set it up"))}
    }
    .into_any()
}

fn setting_up(secret: &str, notice: &AccountNotice) -> AnyView {
    let form = AccountForm::ConfirmFactor;
    let code = code_field(form, "Code from the app", notice);
    view! {
        <p>"Scan this picture with an authenticator app, or type the secret into it. Then enter the code that it shows."</p>
        <div class="factor-setup">
            <img src=PICTURE alt="QR code of the secret" width="220" height="220" />
            <div>
                <p class="panel-note" id="factor-secret-label">
                    "Secret (time-based, 6 digits, 30 seconds)"
                </p>
                <code class="factor-secret" aria-labelledby="factor-secret-label" data-testid="factor-secret">
                    {in_groups(secret)}
                </code>
                {account_form(form, code, send("Turn it on"))}
                {account_form(AccountForm::CancelFactor, (), send_quietly("Cancel"))}
            </div>
        </div>
    }
    .into_any()
}

fn on(codes_num: i64, notice: &AccountNotice) -> AnyView {
    let ending = vec![
        password_field(AccountForm::EndFactor, "current", "Current password", "current-password", notice),
        code_field(AccountForm::EndFactor, "Code from the app, or a recovery code", notice),
    ];
    let renewing = vec![
        password_field(AccountForm::NewCodes, "current", "Current password", "current-password", notice),
        code_field(AccountForm::NewCodes, "Code from the app, or a recovery code", notice),
    ];
    let is_open = |form| notice.form == Some(form) && !notice.problems.is_empty();
    let left = match codes_num {
        0 => "No recovery code is left. Make new ones, or a lost phone locks you out.".to_owned(),
        1 => "1 recovery code is left.".to_owned(),
        _ => format!("{codes_num} recovery codes are left."),
    };
    view! {
        <p data-testid="factor-on">"On. Signing in asks for the password and a code. " {left}</p>
        <details open=is_open(AccountForm::NewCodes)>
            <summary>"Make new recovery codes"</summary>
            <p class="panel-note">"Those you have now stop working."</p>
            {account_form(AccountForm::NewCodes, renewing, send_quietly("Make new codes"))}
        </details>
        <details open=is_open(AccountForm::EndFactor)>
            <summary>"Turn it off"</summary>
            {account_form(AccountForm::EndFactor, ending, send_quietly("Turn it off"))}
        </details>
    }
    .into_any()
}

/// New recovery codes.
#[component]
pub fn RecoveryCodes(
    /// As they are typed.
    codes: Vec<String>,
) -> impl IntoView {
    view! {
        <section class="panel letter" aria-labelledby="codes-heading" data-testid="recovery-codes">
            <h2 id="codes-heading">"Recovery codes"</h2>
            <p>
                "Print them or write them down now: they are not shown again. Each lets you sign in once, in place of a code \
                 from the app."
            </p>
            <ol class="recovery-codes">
                {codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view()}
            </ol>
        </section>
    }
}

fn in_groups(secret: &str) -> String {
    let chars: Vec<char> = secret.chars().collect();
    chars.chunks(GROUP_CHARS).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::in_groups;

    #[test]
    fn a_secret_is_grouped() {
        for (secret, grouped) in [("", ""), ("ABCD", "ABCD"), ("ABCDEFGHI", "ABCD EFGH I")] {
            assert_eq!(in_groups(secret), grouped);
        }
    }
}
