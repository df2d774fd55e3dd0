//! `/admin/login`: asks for the owner's password. A plain form that posts to this same path and needs no
//! JavaScript; the server shows it again with what went wrong. Called by the route table.

use domain::Timestamp;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::carried::carried;
use crate::components::Title;

/// Why a log-in failed. The server provides it as a context when it shows the form again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoginFailure {
    /// The password is not the owner's.
    WrongPassword,
    /// Too many attempts failed; the next one is allowed from this time on.
    TooManyAttempts(Timestamp),
    /// The database did not answer, or too many log-ins are being checked at once.
    Unavailable,
}

impl LoginFailure {
    fn text(self) -> String {
        match self {
            LoginFailure::WrongPassword => "This password is not right. Try again.".to_owned(),
            LoginFailure::TooManyAttempts(until) => {
                format!("Too many attempts. Try again from {} UTC on.", until.hour_minute_second())
            }
            LoginFailure::Unavailable => "You cannot be logged in right now. Try again in a moment.".to_owned(),
        }
    }
}

/// The page.
#[component]
pub fn AdminLoginPage() -> impl IntoView {
    let failure = carried(use_context::<LoginFailure>);
    let message = failure.map(|failure| {
        view! {
            <p class="login-failure" id="login-failure" role="alert" data-testid="login-failure">
                {failure.text()}
            </p>
        }
    });
    view! {
        <Title text="Log in" />
        <section class="panel login">
            <h1>"Owner’s log-in"</h1>
            <p class="panel-note">"The dashboard is for the owner of this shop."</p>
            // To this page's own address, which says where to arrive.
            <form method="post">
                {message}
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
                <button class="button" type="submit">
                    "Log in"
                </button>
            </form>
        </section>
    }
}
