//! A receiver of alerts: a small server that keeps what was posted and answers as the test says, or not at all.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// One message as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) path: String,
    pub(crate) delivery: String,
    pub(crate) signature: String,
    pub(crate) body: String,
}

impl Posted {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The text at this place of its JSON.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let json = self.json();
        json.pointer(pointer)
            .and_then(|value| value.as_str())
            .unwrap_or_else(|| panic!("{pointer} of {json}"))
            .to_owned()
    }

    /// As a receiver is told to check it.
    #[track_caller]
    pub(crate) fn assert_signed(&self, secret: &str) {
        let (time, hex) =
            self.signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")).expect("a signature");
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(time.as_bytes());
        mac.update(b".");
        mac.update(self.body.as_bytes());
        let bytes: Vec<u8> =
            (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
        mac.verify_slice(&bytes).unwrap_or_else(|_| panic!("{self:?} is not signed with this secret"));
    }
}

/// The receiver.
pub(crate) struct Receiver {
    addr: SocketAddr,
    kept: Arc<Mutex<Kept>>,
    _serving: tokio::task::JoinHandle<()>,
}

struct Kept {
    posted: Vec<Posted>,
    /// The statuses to answer with, one after the other; after the last, 200.
    answers: Vec<u16>,
}

impl Receiver {
    /// In place of a status: it takes the message and never answers.
    pub(crate) const HANGS: u16 = 0;

    /// Starts one on a free port.
    pub(crate) async fn start(answers: &[u16]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let kept = Arc::new(Mutex::new(Kept { posted: Vec::new(), answers: answers.to_vec() }));
        let routes = Router::new().fallback(take).with_state(Arc::clone(&kept));
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Receiver { addr, kept, _serving: serving }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// What has arrived so far.
    pub(crate) fn posted(&self) -> Vec<Posted> {
        self.kept.lock().unwrap().posted.clone()
    }
}

async fn take(State(kept): State<Arc<Mutex<Kept>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let posted = Posted {
        path: parts.uri.path().to_owned(),
        delivery: text(&parts.headers, "pantry-delivery"),
        signature: text(&parts.headers, "pantry-signature"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    assert_eq!(text(&parts.headers, "content-type"), "application/json");
    let answer = {
        let mut kept = kept.lock().unwrap();
        kept.posted.push(posted);
        if kept.answers.is_empty() { 200 } else { kept.answers.remove(0) }
    };
    if answer == Receiver::HANGS {
        std::future::pending::<()>().await;
    }
    (StatusCode::from_u16(answer).unwrap(), [(header::LOCATION, "/elsewhere")]).into_response()
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}
