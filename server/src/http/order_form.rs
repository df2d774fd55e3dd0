//! `POST /order-new`: the order form without JavaScript.
//!
//! It answers 303 to the order's page, or the same page again with what was typed and what is wrong: 422, or 503
//! where the shop itself could not take the order. Nothing that was typed goes into an address.

use app::my_orders::remembering;
use app::{FormState, ShopError, Submission, submit_order};
use axum::extract::{Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{OrderForm, OrderToken};
use leptos::prelude::provide_context;
use url::form_urlencoded;

use super::limits;
use super::posted::posted;
use super::rate_limits::NothingLeft;
use super::router::HttpState;
use super::shown_again::shown_again;

/// Makes an order of the posted form, or shows the form again.
pub(super) async fn submit(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let input = decode(&body);
    let submitted = match parts.extensions.get::<NothingLeft>() {
        None => submit_order(&state.shop.store, &input).await,
        Some(NothingLeft) => Err(ShopError::Busy),
    };
    let (form, status) = match submitted {
        Ok(Submission::Ordered(token)) => {
            return to_receipt(&token, &parts.headers, &state).await;
        }
        Ok(Submission::Rejected { errors, submission_key }) => {
            let form = FormState { submission_key, input, errors, failure: None };
            (form, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => {
            let form = FormState {
                submission_key: input.submission_key().unwrap_or_else(app::form_state::new_submission_key),
                input,
                errors: Vec::new(),
                failure: Some(error),
            };
            let is_limited = parts.extensions.get::<NothingLeft>().is_some();
            (form, if is_limited { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::SERVICE_UNAVAILABLE })
        }
    };
    shown_again(&state, parts, status, move || provide_context(form.clone())).await
}

/// Leads to the order's page, and lets the browser find it again among its orders.
async fn to_receipt(token: &OrderToken, headers: &HeaderMap, state: &HttpState) -> Response {
    let mut response = Redirect::to(&token.address()).into_response();
    if let Some(cookie) = remembering(token, headers, &state.shop.store).await {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Reads a posted form. It cannot fail: a field that is missing or unreadable is missing in the form, and a field that
/// comes twice has its last value; the domain says what is wrong with that.
pub(super) fn decode(body: &[u8]) -> OrderForm {
    let mut form = OrderForm::default();
    for (name, value) in form_urlencoded::parse(body) {
        let value = value.into_owned();
        match name.as_ref() {
            "submission_key" => form.submission_key = Some(value),
            "email" => form.email = Some(value),
            "pay_now" => form.pay_now = Some(value),
            name => {
                if let Some(slug) = slug_in(name, "quantity[") {
                    form.quantity.insert(slug, value);
                } else if let Some(slug) = slug_in(name, "price[") {
                    form.price.insert(slug, value);
                }
            }
        }
    }
    form
}

fn slug_in(name: &str, prefix: &str) -> Option<String> {
    Some(name.strip_prefix(prefix)?.strip_suffix(']')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_browsers_post_is_read_whole() {
        let form = decode(
            b"submission_key=0123&quantity%5Brice%5D=2&price%5Brice%5D=240&quantity[tea]=+1&email=a%40b.example&pay_now=yes",
        );
        assert_eq!(form.submission_key.as_deref(), Some("0123"));
        assert_eq!(form.email.as_deref(), Some("a@b.example"));
        assert!(form.is_paid());
        assert_eq!(form.quantity_of("rice"), "2");
        assert_eq!(form.quantity_of("tea"), " 1");
        assert_eq!(form.price.get("rice").map(String::as_str), Some("240"));
    }

    #[test]
    fn what_is_missing_or_unknown_is_no_crash() {
        let form = decode(b"quantity=3&quantity[=4&nonsense&%ff=%ff&email=1&email=2");
        assert!(form.quantity.is_empty());
        assert_eq!(form.email.as_deref(), Some("2"));
        assert_eq!(form.submission_key, None);
    }
}
