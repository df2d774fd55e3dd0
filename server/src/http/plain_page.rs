//! What layers and forms answer where no page can be rendered: a few words, without data and scripts. A browser gets
//! them as a page that looks like all others, and a program as text.

use app::{PlainWords, Theme, Way, plain_document};
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::borrow::Cow;

use super::owner_paths::is_owners;

/// `status` with what happened, in a few words, and what to do about it; [`put_into_words`] writes them.
pub(super) fn plain_page(status: StatusCode, title: &'static str, text: impl Into<Cow<'static, str>>) -> Response {
    said(status, title, text.into(), None)
}

/// `status` for a session that is over or was never there, with the way to the log-in.
pub(super) fn login_required(title: &'static str, text: &'static str) -> Response {
    said(StatusCode::UNAUTHORIZED, title, text.into(), Some(Way::Login))
}

fn said(status: StatusCode, title: &'static str, text: Cow<'static, str>, way: Option<Way>) -> Response {
    let mut response = (status, [(CACHE_CONTROL, "no-store")]).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = HeaderValue::from_static(app::response::RETRY_AFTER_SECONDS);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response.extensions_mut().insert(Said { title, text, way });
    response
}

/// Words on their way to [`put_into_words`].
#[derive(Clone)]
struct Said {
    title: &'static str,
    text: Cow<'static, str>,
    way: Option<Way>,
}

/// Writes the words of an answer as whoever asked can read them. Wraps everything that may say some.
pub(super) async fn put_into_words(request: Request, next: Next) -> Response {
    let way = if is_owners(request.uri().path()) { Way::Dashboard } else { Way::Shop };
    let reader = Reader::of(request.headers());
    let mut response = next.run(request).await;
    if let Some(said) = response.extensions_mut().remove::<Said>() {
        let words = PlainWords { title: said.title, text: said.text, way: said.way.unwrap_or(way) };
        let (content_type, body) = reader.written(words);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = Body::from(body);
    }
    response
}

/// Who reads an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    /// Somebody in a browser, who chose these colours.
    Person(Option<Theme>),
    /// A program, or a script of a page.
    Program,
}

impl Reader {
    fn of(headers: &HeaderMap) -> Reader {
        let texts = |name| headers.get_all(name).iter().filter_map(|value: &HeaderValue| value.to_str().ok());
        if texts(ACCEPT).any(|accepted| accepted.contains("text/html")) {
            Reader::Person(texts(COOKIE).find_map(Theme::of_cookies))
        } else {
            Reader::Program
        }
    }

    fn written(self, words: PlainWords) -> (&'static str, String) {
        match self {
            Reader::Person(theme) => ("text/html; charset=utf-8", plain_document(words, theme)),
            Reader::Program => ("text/plain; charset=utf-8", words.to_string()),
        }
    }
}

/// The answer of a request whose code panicked; the log has the panic itself.
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request panicked");
    plain_page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong",
        "That is our mistake, not yours. If you were ordering, go back and send the form again: it makes one order \
         only.",
    )
}

/// The answer where an address takes other methods than the one that was used.
pub(super) async fn method_not_allowed() -> Response {
    plain_page(
        StatusCode::METHOD_NOT_ALLOWED,
        "There is nothing to see at this address",
        "It only takes what a form sends to it. Nothing was done.",
    )
}
