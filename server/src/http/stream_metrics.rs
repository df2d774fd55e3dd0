//! Prometheus' counters of all streams: what each measure that is added up comes to since the stream was declared.
//! Their names follow from the declarations: `pantry_stream_<topic>_<measure>_total`.

use domain::decimal;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use store::Store;
use streams::{Topic, Totals};

/// How long the database may take; a scrape without these counters is better than none.
const ANSWERS_WITHIN: Duration = Duration::from_secs(4);

/// What was counted of every stream; nothing while the database does not answer.
pub(super) async fn totals(store: &Store) -> Vec<(Topic, Totals)> {
    let all = async {
        let mut totals = Vec::new();
        for topic in store.streams().all() {
            totals.push((*topic, store.totals_ever(*topic).await?));
        }
        Ok::<_, store::StoreError>(totals)
    };
    match tokio::time::timeout(ANSWERS_WITHIN, all).await {
        Ok(Ok(totals)) => totals,
        Ok(Err(error)) => {
            tracing::debug!(%error, "no counters of streams");
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}

/// A counter for each measure that only grows. The lowest and the highest of all time say nothing.
pub(super) fn register(registry: &mut Registry, totals: &[(Topic, Totals)]) {
    for (topic, totals) in totals {
        let stream = topic.stream();
        for (place, measure) in stream.measures.iter().enumerate().filter(|(_, measure)| measure.of.is_added()) {
            let Some(value) = totals.of(place).filter(|value| *value >= 0) else { continue };
            let counter: Counter<f64, AtomicU64> = Counter::default();
            counter.inc_by(value as f64 / decimal::one(measure.digits) as f64);
            registry.register(format!("stream_{topic}_{}", measure.name), measure.about.clone(), counter);
        }
    }
}
