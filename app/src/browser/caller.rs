//! Calls server functions with the browser's own `fetch`: one question, one answer. leptos' own client also streams,
//! opens sockets and aborts, and every page would carry that.

use bytes::Bytes;
use futures::{Sink, Stream, sink, stream};
use http::Method;
use leptos::server_fn::client::Client;
use leptos::server_fn::error::{FromServerFnError, IntoAppError, ServerFnErrorErr};
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::response::ClientRes;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::Uint8Array;
use web_sys::{Headers, RequestInit, Response};

/// The client of every server function.
pub struct Caller;

/// A server function's arguments on their way.
pub struct Call {
    path: String,
    content_type: String,
    accepts: String,
    body: Bytes,
}

/// What came back.
pub struct Answer {
    status: u16,
    body: Bytes,
}

impl<E: FromServerFnError> Client<E> for Caller {
    type Request = Call;
    type Response = Answer;

    async fn send(call: Call) -> Result<Answer, E> {
        SendWrapper::new(fetched(call)).await.ok_or_else(|| {
            // The browser's own words help nobody who reads the shop's.
            ServerFnErrorErr::Request(String::new()).into_app_error()
        })
    }

    async fn open_websocket(
        _: &str,
    ) -> Result<(impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static), E> {
        let sockets: Result<(stream::Empty<_>, sink::Drain<_>), E> = Err(unsupported());
        sockets
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        spawn_local(future);
    }
}

/// Nothing where the shop was not reached, or its answer broke off.
async fn fetched(call: Call) -> Option<Answer> {
    let headers = Headers::new().ok()?;
    headers.set("Content-Type", &call.content_type).ok()?;
    headers.set("Accept", &call.accepts).ok()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&Uint8Array::from(&*call.body));
    let response = awaited(leptos::prelude::window().fetch_with_str_and_init(&call.path, &init)).await?;
    let response: Response = response.unchecked_into();
    let body = awaited(response.array_buffer().ok()?).await?;
    Some(Answer { status: response.status(), body: Uint8Array::new(&body).to_vec().into() })
}

/// What a promise comes to; nothing where it is broken.
pub(super) async fn awaited(promise: web_sys::js_sys::Promise) -> Option<JsValue> {
    JsFuture::from(promise).await.ok()
}

fn unsupported<E: FromServerFnError>() -> E {
    ServerFnErrorErr::UnsupportedRequestMethod(String::new()).into_app_error()
}

/// Every server function is a `POST` with a body of text or bytes; the shop has no other kind.
impl<E: FromServerFnError> ClientReq<E> for Call {
    type FormData = ();

    fn try_new_req_query(_: &str, _: &str, _: &str, _: &str, _: Method) -> Result<Self, E> {
        Err(unsupported())
    }

    fn try_new_req_text(path: &str, content_type: &str, accepts: &str, body: String, _: Method) -> Result<Self, E> {
        Ok(Call::new(path, content_type, accepts, body.into()))
    }

    fn try_new_req_bytes(path: &str, content_type: &str, accepts: &str, body: Bytes, _: Method) -> Result<Self, E> {
        Ok(Call::new(path, content_type, accepts, body))
    }

    fn try_new_req_form_data(_: &str, _: &str, _: &str, (): (), _: Method) -> Result<Self, E> {
        Err(unsupported())
    }

    fn try_new_req_multipart(_: &str, _: &str, (): (), _: Method) -> Result<Self, E> {
        Err(unsupported())
    }

    fn try_new_req_streaming(
        _: &str,
        _: &str,
        _: &str,
        _: impl Stream<Item = Bytes> + Send + 'static,
        _: Method,
    ) -> Result<Self, E> {
        Err(unsupported())
    }
}

impl Call {
    fn new(path: &str, content_type: &str, accepts: &str, body: Bytes) -> Call {
        Call { path: path.to_owned(), content_type: content_type.to_owned(), accepts: accepts.to_owned(), body }
    }
}

impl<E: FromServerFnError> ClientRes<E> for Answer {
    async fn try_into_string(self) -> Result<String, E> {
        String::from_utf8(self.body.into()).map_err(|_| unsupported())
    }

    async fn try_into_bytes(self) -> Result<Bytes, E> {
        Ok(self.body)
    }

    fn try_into_stream(self) -> Result<impl Stream<Item = Result<Bytes, Bytes>> + Send + Sync + 'static, E> {
        let chunks: Result<stream::Empty<_>, E> = Err(unsupported());
        chunks
    }

    fn status(&self) -> u16 {
        self.status
    }

    fn status_text(&self) -> String {
        String::new()
    }

    fn location(&self) -> String {
        String::new()
    }

    fn has_redirect(&self) -> bool {
        false
    }
}
