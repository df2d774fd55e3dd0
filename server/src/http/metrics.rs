//! Prometheus' figures. Some are from the snapshot that the dashboard shows, whose age is a figure of its own, since
//! none is taken while the database is away; what is known without the database is always fresh. Served on a listener
//! of their own, by `startup`.

use super::health::{why_not_counting, why_not_selling};
use super::serving::Places;
use super::stream_metrics;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::Snapshot;
use domain::snapshot::DeliveryCounts;
use pipeline::health::Health;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use sinks::mailer::MailCounts;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::{Store, WriterState};
use streams::{Topic, Totals};
use tokio::sync::watch;

/// The media type of the text that `/metrics` answers with.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Where the figures come from.
#[derive(Clone)]
pub(crate) struct MetricsState {
    pub(crate) store: Store,
    pub(crate) snapshots: watch::Receiver<Arc<Snapshot>>,
    pub(crate) health: watch::Receiver<Health>,
    pub(crate) deliveries: watch::Receiver<DeliveryCounts>,
    pub(crate) mails: watch::Receiver<MailCounts>,
    pub(crate) dropped_page_views: Arc<AtomicI64>,
    /// The connections of the shop's listener.
    pub(crate) places: Arc<Places>,
}

/// What is known at the instant of the question, with or without the database.
struct Fresh {
    snapshot_age_seconds: i64,
    sells: bool,
    health: Health,
    deliveries: DeliveryCounts,
    mails: MailCounts,
    dropped_page_views: i64,
    writer: WriterState,
    connections_open: usize,
    /// Evicted, refused, timed out.
    connections_closed: [u64; 3],
}

/// `GET /metrics`.
pub(crate) fn router(state: MetricsState) -> Router {
    let answer = move || {
        let state = state.clone();
        async move {
            let sells = why_not_selling(&state.store).await.is_none();
            let snapshot = Arc::clone(&state.snapshots.borrow());
            let fresh = Fresh {
                snapshot_age_seconds: state.store.now().micros_since(snapshot.taken_at).max(0) / 1_000_000,
                sells,
                health: state.health.borrow().clone(),
                deliveries: *state.deliveries.borrow(),
                mails: *state.mails.borrow(),
                dropped_page_views: state.dropped_page_views.load(Ordering::Relaxed),
                writer: state.store.writer_state(),
                connections_open: state.places.open(),
                connections_closed: state.places.closed(),
            };
            let totals = stream_metrics::totals(&state.store).await;
            text_response(render(&snapshot, &fresh, &totals))
        }
    };
    Router::new().route("/metrics", get(answer))
}

fn text_response(text: Result<String, std::fmt::Error>) -> Response {
    match text {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(_) => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn render(snapshot: &Snapshot, fresh: &Fresh, totals: &[(Topic, Totals)]) -> Result<String, std::fmt::Error> {
    let mut registry = Registry::with_prefix("pantry");
    register_fresh(&mut registry, fresh);
    register_snapshot(&mut registry, snapshot);
    stream_metrics::register(&mut registry, totals);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge: Gauge = Gauge::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

fn register_fresh(registry: &mut Registry, fresh: &Fresh) {
    let mut gauge = |name: &str, help: &str, value: i64| gauge(registry, name, help, value);
    let health = &fresh.health;
    gauge("ready", "1 while orders can be taken, as /readyz says", i64::from(fresh.sells));
    let counts = fresh.sells && why_not_counting(health).is_none();
    gauge("pipeline_ready", "1 while events are counted as they come, as /readyz?pipeline says", i64::from(counts));
    gauge("broker_reachable", "1 while a Kafka broker answers", i64::from(health.unreachable_since.is_none()));
    gauge("topics_exist", "1 while the topics exist", i64::from(health.topics_exist));
    gauge("consumers_running", "Consumers that run, one for each topic", health.consumers_running as i64);
    if let Some(lag) = health.consumer_lag {
        gauge("consumer_lag_records", "Records between the consumers' positions and the ends of the log", lag);
    }
    gauge("kafka_errors", "Things that Kafka refuses or cannot deliver", health.kafka_errors.len() as i64);
    gauge(
        "snapshot_age_seconds",
        "Age of the figures that come from the database; it grows while the database is away",
        fresh.snapshot_age_seconds,
    );
    if let Some(ago) = fresh.writer.committed_ago {
        let seconds = i64::try_from(ago.as_secs()).unwrap_or(i64::MAX);
        gauge("writer_last_commit_age_seconds", "Time since the database last committed a write", seconds);
    }
    gauge("writer_waiting_jobs", "Writes that wait for the database", fresh.writer.waiting_jobs as i64);
    gauge(
        "dropped_page_views",
        "Page views dropped, since the queue was full or too many waited in the outbox",
        fresh.dropped_page_views,
    );
    gauge("mails_waiting", "Mails to customers that wait for the mail server", fresh.mails.waiting);
    gauge("http_connections", "Open connections of the shop's listener", fresh.connections_open as i64);
    let refused = Family::<[(&str, String); 3], Gauge>::default();
    for (request, words) in &health.kafka_errors {
        let topic = request.topic().unwrap_or_default().to_owned();
        let labels = [("request", request.name().to_owned()), ("topic", topic), ("reason", words.clone())];
        refused.get_or_create(&labels).set(1);
    }
    registry.register("kafka_refused", "1 for each thing that Kafka refuses, with the reason in words", refused);
    let mut counter = |name: &str, help: &str, value: u64| {
        let counter: Counter = Counter::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    };
    let deliveries = &fresh.deliveries;
    counter("alert_deliveries", "Messages that the webhook took, since the start", deliveries.delivered);
    counter("alert_delivery_failures", "Tries that the webhook did not take, since the start", deliveries.failed);
    counter("alert_deliveries_given_up", "Messages that were tried often enough, since the start", deliveries.given_up);
    let mails = &fresh.mails;
    counter("mails_delivered", "Mails that the mail server took, since the start", mails.delivered);
    counter("mail_failures", "Tries that the mail server did not take, since the start", mails.failed);
    counter(
        "mails_given_up",
        "Mails that were tried often enough or waited for too long, since the start",
        mails.given_up,
    );
    let [evicted, refused, timed_out] = fresh.connections_closed;
    counter("http_connections_evicted", "Connections closed to make room for new ones, since the start", evicted);
    counter("http_connections_refused", "New connections closed for want of room, since the start", refused);
    counter("http_connections_timed_out", "Connections closed since the client was slow, since the start", timed_out);
}

fn register_snapshot(registry: &mut Registry, snapshot: &Snapshot) {
    let pipeline = &snapshot.pipeline;
    let age_micros = pipeline.outbox_oldest.map_or(0, |oldest| snapshot.taken_at.micros_since(oldest).max(0));
    let mut gauge = |name: &str, help: &str, value: i64| gauge(registry, name, help, value);
    gauge("outbox_events", "Events that wait in the outbox to be counted", pipeline.outbox_events);
    gauge("outbox_oldest_age_seconds", "Age of the oldest event in the outbox", age_micros / 1_000_000);
    let closed_until = pipeline.closed_until.start().micros() / 1_000_000;
    gauge("closed_until_timestamp_seconds", "Figures are complete up to this time", closed_until);
    gauge("dead_letters", "Records that could not be read and wait for the owner", pipeline.dead_letters);
    gauge("dead_letters_by_offset", "Bad records of which only the offset is kept", pipeline.dead_letters_by_offset);
    gauge("late_events", "Events counted into a minute after it was closed", pipeline.late_events);
    gauge("other_shops_records", "Records of other shops, not counted", pipeline.other_shops_records);
    gauge(
        "out_of_range_records",
        "Foreign records outside the counted time, not counted",
        pipeline.out_of_range_records,
    );
    gauge("anomalies", "Own records that name an event which was never issued", pipeline.anomalies);
    gauge("today_requests", "Page views since midnight UTC", snapshot.today.requests_num);
    gauge("today_orders", "Orders since midnight UTC", snapshot.today.total_orders_num);
    gauge("today_revenue_cents", "Revenue since midnight UTC in cents", snapshot.today.total_orders_price.cents());
    gauge("open_alerts", "Alerts whose condition holds", snapshot.alerting.open.len() as i64);
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::snapshot::{Alerting, Pipeline};
    use domain::{OpenAlert, RuleKind, Timestamp};
    use pipeline::health::Request;
    use std::time::Duration;

    #[test]
    fn a_snapshot_and_what_is_fresh_become_prometheus_text() {
        let taken_at = Timestamp::from_micros(100_000_000);
        let pipeline = Pipeline {
            outbox_events: 7,
            outbox_oldest: Some(Timestamp::from_micros(97_500_000)),
            ..Pipeline::default()
        };
        let words = "7 events waiting to be counted, for up to 61 seconds.".to_owned();
        let (rule, title) = (RuleKind::WaitingEvents.into(), RuleKind::WaitingEvents.to_string());
        let open = vec![OpenAlert { rule, title, began_at: taken_at, words }];
        let alerting = Alerting { open, deliveries: DeliveryCounts::default() };
        let fresh = Fresh {
            snapshot_age_seconds: 61,
            sells: true,
            health: Health {
                unreachable_since: Some(Timestamp::from_micros(1)),
                kafka_errors: [(Request::Publish("feedback"), "Kafka refuses \"it\".".to_owned())].into(),
                ..Health::default()
            },
            deliveries: DeliveryCounts { delivered: 5, failed: 2, given_up: 1 },
            mails: MailCounts { delivered: 9, failed: 8, given_up: 7, waiting: 6 },
            dropped_page_views: 3,
            writer: WriterState { committed_ago: Some(Duration::from_millis(4_900)), waiting_jobs: 8 },
            connections_open: 12,
            connections_closed: [13, 14, 15],
        };
        let totals = [
            (Topic::new_orders(), Totals([3, 7, 4_550, 1, 2, 0].map(Some).to_vec())),
            (Topic::web_requests(), Totals(vec![Some(9), Some(4)])),
        ];
        let snapshot = Snapshot { taken_at, pipeline, alerting, ..Snapshot::default() };
        let text = render(&snapshot, &fresh, &totals).unwrap();
        for line in [
            "pantry_ready 1",
            "pantry_pipeline_ready 0",
            "pantry_snapshot_age_seconds 61",
            "pantry_writer_last_commit_age_seconds 4",
            "pantry_writer_waiting_jobs 8",
            "pantry_outbox_events 7",
            "pantry_outbox_oldest_age_seconds 2",
            "pantry_broker_reachable 0",
            "pantry_dropped_page_views 3",
            "pantry_open_alerts 1",
            "pantry_stream_new_orders_total_orders_num_total 3.0",
            "pantry_stream_new_orders_total_orders_price_total 45.5",
            "pantry_stream_web_requests_visits_num_total 4.0",
            "pantry_kafka_errors 1",
            "pantry_kafka_refused{request=\"publish\",topic=\"feedback\",reason=\"Kafka refuses \\\"it\\\".\"} 1",
            "pantry_alert_deliveries_total 5",
            "pantry_alert_delivery_failures_total 2",
            "pantry_alert_deliveries_given_up_total 1",
            "pantry_mails_waiting 6",
            "pantry_mails_delivered_total 9",
            "pantry_mail_failures_total 8",
            "pantry_mails_given_up_total 7",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(!text.contains("consumer_lag"), "an unknown lag is left out");
    }
}
