//! The clusters of the production stack. The topics' names are fixed and every shop of a cluster counts the records of
//! others, so one place at a time has a cluster, and finds it without topics.

use super::stack;
use super::wait::until;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::types::RDKafkaErrorCode;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(20);

/// Clusters that nobody has; `None` before the first one is asked for.
static FREE: Mutex<Option<Vec<String>>> = Mutex::new(None);
static GIVEN_BACK: Condvar = Condvar::new();

/// A cluster that one place has until it is dropped.
pub(crate) struct Borrowed {
    pub(crate) bootstrap: String,
}

/// Waits for a cluster, and takes away the topics that its last user left.
pub(crate) fn borrow() -> Borrowed {
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    let bootstrap = loop {
        if let Some(bootstrap) = free.get_or_insert_with(stack::kafka_clusters).pop() {
            break bootstrap;
        }
        free = GIVEN_BACK.wait(free).unwrap_or_else(PoisonError::into_inner);
    };
    drop(free);
    let borrowed = Borrowed { bootstrap };
    super::runtime::apart(async || delete_topics(&borrowed.bootstrap).await);
    borrowed
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        free.get_or_insert_default().push(std::mem::take(&mut self.bootstrap));
        GIVEN_BACK.notify_one();
    }
}

async fn delete_topics(bootstrap: &str) {
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", bootstrap).create().unwrap();
    let metadata = admin.inner().fetch_metadata(None, TIMEOUT).unwrap();
    let topics: Vec<_> = metadata.topics().iter().map(|topic| topic.name()).collect();
    // The cluster's own begin so.
    let topics: Vec<_> = topics.into_iter().filter(|name| !name.starts_with("__")).collect();
    if topics.is_empty() {
        return;
    }
    let options = AdminOptions::new().request_timeout(Some(TIMEOUT)).operation_timeout(Some(TIMEOUT));
    for deleted in admin.delete_topics(&topics, &options).await.unwrap() {
        let is_gone = matches!(deleted, Ok(_) | Err((_, RDKafkaErrorCode::UnknownTopicOrPartition)));
        assert!(is_gone, "{bootstrap}: {deleted:?}");
    }
    until("the topics to be gone", async || {
        let metadata = admin.inner().fetch_metadata(None, TIMEOUT).map_err(|error| error.to_string())?;
        let left: Vec<&str> = metadata.topics().iter().map(|topic| topic.name()).collect();
        if left.iter().any(|name| topics.contains(name)) { Err(format!("{left:?}")) } else { Ok(()) }
    })
    .await;
}
