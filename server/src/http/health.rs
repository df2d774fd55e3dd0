//! `/healthz`: the process is alive. `/readyz`: the database answers, the topics exist, the consumers run.
//! Neither counts as a page view; both are open to whoever can reach the shop, and tell nothing of it.

use crate::health::Health;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use store::Store;
use tokio::sync::watch;

/// Both routes.
pub(crate) fn router(store: Store, health: watch::Receiver<Health>) -> Router {
    let ready = move || {
        let (store, health) = (store.clone(), health.borrow().clone());
        async move { readiness(&store, &health).await }
    };
    Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready))
}

async fn readiness(store: &Store, health: &Health) -> (StatusCode, &'static str) {
    if store.ping().await.is_err() {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready: the database does not answer\n");
    }
    if health.unreachable_since.is_some() || !health.topics_exist {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready: no Kafka broker answers, or its topics are missing\n");
    }
    if !health.is_ready() {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready: a consumer is not running\n");
    }
    (StatusCode::OK, "ready\n")
}
