//! `/healthz`: the process is alive. `/readyz`: the shop can sell, which needs the database alone; a load balancer asks
//! it. `/readyz?pipeline`: what is sold is also counted at once. None counts as a page view; all are open to whoever
//! can reach the shop, and tell nothing of it.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::routing::get;
use pipeline::health::Health;
use store::{Store, StoreError};
use tokio::sync::watch;

/// All of them.
pub(crate) fn router(store: Store, health: watch::Receiver<Health>) -> Router {
    let ready = move |RawQuery(query): RawQuery| {
        let (store, health) = (store.clone(), health.borrow().clone());
        async move {
            let sells = why_not_selling(&store).await;
            let asks_pipeline = query.as_deref() == Some("pipeline");
            match sells.or_else(|| asks_pipeline.then(|| why_not_counting(&health)).flatten()) {
                Some(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {reason}\n")),
                None => (StatusCode::OK, "ready\n".to_owned()),
            }
        }
    };
    Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready))
}

/// Why no order can be taken; `None`: one can.
pub(crate) async fn why_not_selling(store: &Store) -> Option<&'static str> {
    let (reads, writes) = tokio::join!(store.ping(), store.writer_works());
    if reads.is_err() {
        return Some("the database does not answer");
    }
    match writes.err()? {
        StoreError::DiskFull => Some("the database's disk is full"),
        StoreError::Closed => Some("the shop is shutting down"),
        _ => Some("the database takes no orders"),
    }
}

/// Why what is sold waits to be counted; `None`: it does not.
pub(crate) fn why_not_counting(health: &Health) -> Option<&'static str> {
    if health.unreachable_since.is_some() || !health.topics_exist {
        return Some("no Kafka broker answers, or its topics are missing");
    }
    (!health.is_ready()).then_some("a consumer is not running")
}
