//! `POST /order-new`: the order form without JavaScript.
//!
//! It answers 303 to the order's page, or the same page again with what was typed and what is wrong: 422, or 503
//! where the shop itself could not take the order. Nothing that was typed goes into an address.

use app::my_orders::remembering;
use app::posted_order::posted_order;
use app::{FormState, ShopError, Submitted, submit_order};
use axum::extract::{Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::OrderToken;
use leptos::prelude::provide_context;

use super::limits;
use super::posted::posted;
use super::rate_limits::NothingLeft;
use super::shown_again::shown_again;
use super::state::HttpState;

/// Makes an order of the posted form, or shows the form again.
pub(super) async fn submit(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let input = posted_order(&body);
    let submitted = match parts.extensions.get::<NothingLeft>() {
        None => submit_order(&state.shop.store, &input).await,
        Some(NothingLeft) => Err(ShopError::Busy),
    };
    let (form, status) = match submitted {
        Ok(Submitted::Ordered(token)) => {
            return to_receipt(&token, &parts.headers, &state).await;
        }
        Ok(Submitted::Rejected { errors, submission_key }) => {
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
