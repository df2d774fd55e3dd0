//! `/admin/login`: asks for the owner's password. A plain form that posts to this same path and needs no
//! JavaScript; the server shows it again with what went wrong. Called by the route table.

use domain::Timestamp;
use leptos::prelude::*;

use crate::components::Title;

/// Why a log-in failed. The server provides it as a context when it shows the form again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginFailure {
    /// The password is not the owner's.
    WrongPassword,
    /// The password, or the code of the second factor, is not right; nobody is told which.
    WrongCode,
    /// The second step came too late after the first.
    TooLate,
    /// Too many attempts failed; the next one is allowed from this time on.
    TooManyAttempts(Timestamp),
    /// The database did not answer, or too many log-ins are being checked at once.
    Unavailable,
}

impl LoginFailure {
    /// What happened, and what to do.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            LoginFailure::WrongPassword => "This password is not right. Try again.".to_owned(),
            LoginFailure::WrongCode => {
                "The password or the code is not right. Wait for the next code, or start again.".to_owned()
            }
            LoginFailure::TooLate => "That took too long. Enter the password again.".to_owned(),
            LoginFailure::TooManyAttempts(until) => {
                format!("Too many attempts. Try again from {} UTC on.", until.hour_minute_second())
            }
            LoginFailure::Unavailable => "You cannot be logged in right now. Try again in a moment.".to_owned(),
        }
    }
}

/// The second step: a code is asked for, whether the password was right or not. The server provides it as a context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeAsked {
    /// What the first step gave, for the second one.
    pub ticket: String,
}

/// The page.
#[component]
pub fn AdminLoginPage() -> impl IntoView {
    let failure = use_context::<LoginFailure>();
    let asked = use_context::<CodeAsked>();
    let message = failure.map(|failure| {
        view! {
            <p class="login-failure" id="login-failure" role="alert" data-testid="login-failure">
                {failure.text()}
            </p>
        }
    });
    let (note, fields) = match asked {
        Some(asked) => ("Enter the code of your authenticator app, or a recovery code.", code(asked.ticket, failure)),
        None => ("The dashboard is for the owner of this shop.", password(failure)),
    };
    view! {
        <Title text="Log in" />
        <section class="panel login">
            <h1>"Owner’s log-in"</h1>
            <p class="panel-note">{note}</p>
            // To this page's own address, which says where to arrive.
            <form method="post">
                {message} {fields}
                <button class="button" type="submit">
                    "Log in"
                </button>
            </form>
        </section>
    }
}

/// The second step.
fn code(ticket: String, failure: Option<LoginFailure>) -> AnyView {
    view! {
        <input type="hidden" name="ticket" value=ticket />
        <label for="code">"Code"</label>
        <input
            id="code"
            type="text"
            name="code"
            autocomplete="one-time-code"
            autocapitalize="none"
            spellcheck="false"
            required
            autofocus
            maxlength="64"
            aria-invalid=failure.map(|_| "true")
            aria-describedby=failure.map(|_| "login-failure")
        />
        <p>
            <a href="/admin/login">
                "Start again"
            </a>
        </p>
    }
    .into_any()
}

/// The first step.
fn password(failure: Option<LoginFailure>) -> AnyView {
    view! {
                <input
                    type="text"
                    name="username"
                    value="owner"
                    autocomplete="username"
                    class="visually-hidden"
                    tabindex="-1"
                    aria-hidden="true"
                    readonly
                />
                <label for="password">"Password"</label>
                <input
                    id="password"
                    type="password"
                    name="password"
                    autocomplete="current-password"
                    required
                    autofocus
                    maxlength="1024"
                    aria-invalid=failure.map(|_| "true")
                    aria-describedby=failure.map(|_| "login-failure")
                />
    }
    .into_any()
}
