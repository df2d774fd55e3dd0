//! Lets nobody but the owner past `/admin` and `/api/admin`. Notes the session in the request, so that pages and
//! functions can check it again; what it answers is never stored by a cache. Wraps the whole router.

use super::owner_paths::{DASHBOARD_PATH, LOGIN_PATH, Refusal, is_login, is_owners, refusal};
use super::router::HttpState;
use super::session::SessionToken;
use app::ShopError;
use app::api::OwnerSession;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
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
        (Ok(Some(_)), true) if request.method() == Method::GET => Redirect::to(DASHBOARD_PATH).into_response(),
        (_, true) => next.run(request).await,
        (Ok(Some(session)), false) => {
            request.extensions_mut().insert(session);
            next.run(request).await
        }
        (Ok(None), false) => turn_away(refusal(request.method(), &path)),
        (Err(error), false) => {
            tracing::warn!(error = %error, "the owner's session could not be checked");
            cannot_check(refusal(request.method(), &path))
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
        if store.session_is_valid(&token_hash, store.now()).await? {
            return Ok(Some(OwnerSession { token_hash }));
        }
    }
    Ok(None)
}

fn turn_away(refusal: Refusal) -> Response {
    match refusal {
        Refusal::ToLogin => Redirect::to(LOGIN_PATH).into_response(),
        Refusal::Plain => (StatusCode::UNAUTHORIZED, "Log in at /admin/login first.\n").into_response(),
        Refusal::Function => function_error(StatusCode::UNAUTHORIZED, ShopError::LoginRequired),
    }
}

fn cannot_check(refusal: Refusal) -> Response {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    match refusal {
        Refusal::Function => function_error(status, ShopError::Unavailable),
        Refusal::ToLogin | Refusal::Plain => {
            (status, [(header::RETRY_AFTER, "2")], "The database does not answer. Try again in a moment.\n")
                .into_response()
        }
    }
}

fn function_error(status: StatusCode, error: ShopError) -> Response {
    let json = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, json)], error.ser()).into_response()
}
