//! What the forms of the owner's account are made of: a form that names itself, and a field with what is wrong with it
//! beside it.

use leptos::prelude::*;

use crate::account::{AccountForm, AccountNotice};

/// A plain form that posts to the page's own address.
pub(super) fn account_form(form: AccountForm, fields: impl IntoView, button: AnyView) -> AnyView {
    let name = form.name();
    view! {
        // `novalidate`: the shop's own words stand beside each field, with JavaScript and without.
        <form class="account-form" method="post" action="/admin/account" novalidate data-testid=name>
            <input type="hidden" name="do" value=name />
            {fields.into_any()}
            {button}
        </form>
    }
    .into_any()
}

/// A button that sends its form.
pub(super) fn send(label: &'static str) -> AnyView {
    view! {
        <button class="button" type="submit">
            {label}
        </button>
    }
    .into_any()
}

/// One that is not what the owner came for.
pub(super) fn send_quietly(label: &'static str) -> AnyView {
    view! {
        <button class="button-quiet" type="submit">
            {label}
        </button>
    }
    .into_any()
}

/// A password, with the name that browsers keep it under: `current-password` or `new-password`.
pub(super) fn password_field(
    form: AccountForm,
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    notice: &AccountNotice,
) -> AnyView {
    field(form, Input { name, label, kind: "password", autocomplete, length_max: 1024 }, notice)
}

/// A code of the authenticator, or a recovery code.
pub(super) fn code_field(form: AccountForm, label: &'static str, notice: &AccountNotice) -> AnyView {
    field(form, Input { name: "code", label, kind: "text", autocomplete: "one-time-code", length_max: 64 }, notice)
}

struct Input {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    length_max: u16,
}

fn field(form: AccountForm, input: Input, notice: &AccountNotice) -> AnyView {
    let id = format!("{}-{}", form.name(), input.name);
    let problem = notice.problem(form, input.name);
    let (is_invalid, described_by) =
        (problem.as_ref().map(|_| "true"), problem.as_ref().map(|_| format!("{id}-error")));
    view! {
        <div class="account-field">
            <label for=id.clone()>{input.label}</label>
            <input
                id=id.clone()
                name=input.name
                type=input.kind
                autocomplete=input.autocomplete
                autocapitalize="none"
                spellcheck="false"
                required
                maxlength=input.length_max
                aria-invalid=is_invalid
                aria-describedby=described_by
            />
            {beside(&id, problem)}
        </div>
    }
    .into_any()
}

fn beside(id: &str, problem: Option<String>) -> Option<AnyView> {
    let error_id = format!("{id}-error");
    problem.map(|words| {
        view! {
            <p class="field-error" id=error_id.clone() data-testid=format!("error-{id}")>
                {words}
            </p>
        }
        .into_any()
    })
}
