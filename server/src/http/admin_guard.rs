//! Lets nobody but the owner past `/admin` and `/api/admin`. Notes the session in the request, so that pages and
//! functions can check it again; what it answers is never stored by a cache. Wraps the whole router.

use super::arrival::{arrival, login_address};
use super::owner_paths::{Refusal, is_login, is_owners, refusal};
use super::plain_page::{login_required, plain_page};
use super::session::SessionToken;
use super::state::HttpState;
use app::ShopError;
use app::api::OwnerSession;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::server_fn::error::FromServerFnError;
use store::StoreError;

/// The middleware.
pub(super) async fn guard_owner(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if !is_owners(&path) {
        return next.run(request).await;
    }
    let session = session_of(&state, SessionToken::all_of(request.headers())).await;
    let mut response = match (session, is_login(&path)) {
        (Ok(Some(_)), true) if request.method() == Method::GET => Redirect::to(&arrival(request.uri())).into_response(),
        (_, true) => next.run(request).await,
        (Ok(Some(session)), false) => {
            request.extensions_mut().insert(session);
            next.run(request).await
        }
        (Ok(None), false) => turn_away(request.method(), request.uri()),
        (Err(error), false) => {
            tracing::warn!(error = %error, "the owner's session could not be checked");
            cannot_check(request.method(), &path)
        }
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The valid session among the request's cookies.
async fn session_of(state: &HttpState, tokens: Vec<SessionToken>) -> Result<Option<OwnerSession>, StoreError> {
    let store = &state.shop.store;
    for token in tokens {
        let token_hash = token.hash();
        if let Some(last_used_at) = store.session_last_used(&token_hash, store.now()).await? {
            state.login_desk.last_use.note(store, &token_hash, last_used_at);
            return Ok(Some(OwnerSession { token_hash }));
        }
    }
    Ok(None)
}

fn turn_away(method: &Method, asked_for: &Uri) -> Response {
    match refusal(method, asked_for.path()) {
        Refusal::ToLogin => Redirect::to(&login_address(asked_for)).into_response(),
        Refusal::Words if method == Method::GET => login_required(
            "Only the owner may have this",
            "You are not logged in. Log in in a new tab, then come back and load this page again.",
        ),
        Refusal::Words => login_required(
            "You are not logged in",
            "Your session has ended, so nothing was done. Log in in a new tab, then come back and load this page again: \
             your browser sends once more what you sent.",
        ),
        Refusal::Function => function_error(StatusCode::UNAUTHORIZED, ShopError::LoginRequired),
    }
}

fn cannot_check(method: &Method, path: &str) -> Response {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    match refusal(method, path) {
        Refusal::Function => function_error(status, ShopError::Unavailable),
        Refusal::ToLogin | Refusal::Words => plain_page(
            status,
            "The database does not answer",
            "So it is not known whether you are logged in, and nothing was done. Load this page again in a moment.",
        ),
    }
}

fn function_error(status: StatusCode, error: ShopError) -> Response {
    let json = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, json)], error.ser()).into_response()
}
