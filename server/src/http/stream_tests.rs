//! The dashboard's streams tried from outside: what they tell, and when they end.

use super::owner_tests::{door, header_of};
use axum::body::{Body, HttpBody};
use axum::http::{Method, StatusCode, header};
use domain::Snapshot;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_stream_tells_the_newest_figures_and_ends_with_the_session() {
    let door = door().await;
    let cookie = door.log_in().await;
    let response = door.ask(Method::GET, "/admin/metrics/stream", &cookie).await;
    assert_eq!(header_of(&response, header::CONTENT_TYPE), "text/event-stream");
    assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-store");
    let mut body = response.into_body();
    let first = piece_of(&mut body).await.unwrap();
    assert!(first.starts_with("event: stats\ndata: {\"taken_at\":0,"), "{first}");
    for micros in 1..=3 {
        let taken_at = domain::Timestamp::from_micros(micros);
        door.live.send_replace(Arc::new(Snapshot { taken_at, ..Snapshot::default() }));
    }
    let next = piece_of(&mut body).await.unwrap();
    assert!(next.contains("\"taken_at\":3,"), "{next}");
    door.ask(Method::POST, "/admin/logout", &cookie).await;
    assert!(ends(&mut body).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_pages_own_stream_brings_its_parts() {
    let door = door().await;
    let cookie = door.log_in().await;
    let mut body = door.ask(Method::GET, "/admin/metrics/live", &cookie).await.into_body();
    let first = piece_of(&mut body).await.unwrap();
    assert!(first.starts_with("event: parts\ndata: <time "), "{first}");
    assert!(first.contains("data-part=\"today\""), "{first}");
    door.ask(Method::POST, "/admin/logout", &cookie).await;
    assert!(ends(&mut body).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn streams_end_with_the_shop_and_are_limited() {
    let door = door().await;
    let cookie = door.log_in().await;
    let mut open = Vec::new();
    loop {
        let response = door.ask(Method::GET, "/admin/metrics/stream", &cookie).await;
        if response.status() != StatusCode::OK {
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(header_of(&response, header::RETRY_AFTER), "15");
            break;
        }
        open.push(response.into_body());
        assert!(open.len() <= 64);
    }
    let mut last = open.pop().unwrap();
    let again = door.ask(Method::GET, "/admin/metrics/stream", &cookie).await;
    assert_eq!(again.status(), StatusCode::SERVICE_UNAVAILABLE);
    open.clear();
    let again = door.ask(Method::GET, "/admin/metrics/stream", &cookie).await;
    assert_eq!(again.status(), StatusCode::OK);
    door.shutdown.cancel();
    assert!(ends(&mut last).await);
}

/// Whether nothing but comments and figures of before come until the stream ends.
async fn ends(body: &mut Body) -> bool {
    for _ in 0..8 {
        if piece_of(body).await.is_none() {
            return true;
        }
    }
    false
}

/// The next piece of a stream; `None` at its end.
async fn piece_of(body: &mut Body) -> Option<String> {
    let frame = std::future::poll_fn(|context| std::pin::Pin::new(&mut *body).poll_frame(context));
    let frame = tokio::time::timeout(Duration::from_secs(15), frame).await.expect("a piece or the end in time");
    frame.map(|frame| String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
}
