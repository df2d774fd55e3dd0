//! Prometheus' figures, from the same snapshot that the dashboard shows. Served on a listener of their own, by
//! `startup`.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::Snapshot;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use tokio::sync::watch;

use super::serving::Places;

/// The media type of the text that `/metrics` answers with.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `GET /metrics`.
pub(crate) fn router(snapshots: watch::Receiver<Arc<Snapshot>>, places: Arc<Places>) -> Router {
    let answer = move || {
        let text = render(&snapshots.borrow(), &places);
        async move { text_response(text) }
    };
    Router::new().route("/metrics", get(answer))
}

fn text_response(text: Result<String, std::fmt::Error>) -> Response {
    match text {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(_) => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn render(snapshot: &Snapshot, places: &Places) -> Result<String, std::fmt::Error> {
    let pipeline = &snapshot.pipeline;
    let age_micros = pipeline.outbox_oldest.map_or(0, |oldest| snapshot.taken_at.micros_since(oldest).max(0));
    let mut registry = Registry::with_prefix("pantry");
    let mut gauge = |name: &str, help: &str, value: i64| {
        let gauge: Gauge = Gauge::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    gauge("broker_reachable", "1 while a Kafka broker answers", i64::from(pipeline.unreachable_since.is_none()));
    gauge("outbox_events", "Events that wait in the outbox to be counted", pipeline.outbox_events);
    gauge("outbox_oldest_age_seconds", "Age of the oldest event in the outbox", age_micros / 1_000_000);
    if let Some(lag) = pipeline.consumer_lag {
        gauge("consumer_lag_records", "Records between the consumers' positions and the ends of the log", lag);
    }
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
    gauge("dropped_page_views", "Page views dropped because the queue was full", pipeline.dropped_page_views);
    gauge("today_requests", "Page views since midnight UTC", snapshot.today.requests_num);
    gauge("today_orders", "Orders since midnight UTC", snapshot.today.total_orders_num);
    gauge("today_revenue_cents", "Revenue since midnight UTC in cents", snapshot.today.total_orders_price.cents());
    gauge("open_alerts", "Alerts whose condition holds", snapshot.alerting.open.len() as i64);
    gauge("http_connections", "Open connections of the shop's listener", places.open() as i64);
    let mut counter = |name: &str, help: &str, value: u64| {
        let counter: Counter = Counter::default();
        counter.inc_by(value);
        registry.register(name, help, counter);
    };
    let deliveries = &snapshot.alerting.deliveries;
    counter("alert_deliveries", "Messages that the webhook took, since the start", deliveries.delivered);
    counter("alert_delivery_failures", "Tries that the webhook did not take, since the start", deliveries.failed);
    counter("alert_deliveries_given_up", "Messages that were tried often enough, since the start", deliveries.given_up);
    let [evicted, refused, timed_out] = places.closed();
    counter("http_connections_evicted", "Connections closed to make room for new ones, since the start", evicted);
    counter("http_connections_refused", "New connections closed for want of room, since the start", refused);
    counter("http_connections_timed_out", "Connections closed since the client was slow, since the start", timed_out);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::snapshot::{Alerting, DeliveryCounts, Pipeline};
    use domain::{OpenAlert, RuleKind, Timestamp};

    #[test]
    fn a_snapshot_becomes_prometheus_text() {
        let taken_at = Timestamp::from_micros(100_000_000);
        let pipeline = Pipeline {
            outbox_events: 7,
            outbox_oldest: Some(Timestamp::from_micros(97_500_000)),
            unreachable_since: Some(Timestamp::from_micros(1)),
            ..Pipeline::default()
        };
        let words = "7 events waiting to be counted, for up to 61 seconds.".to_owned();
        let open = vec![OpenAlert { rule: RuleKind::WaitingEvents, began_at: taken_at, words }];
        let alerting = Alerting { open, deliveries: DeliveryCounts { delivered: 5, failed: 2, given_up: 1 } };
        let text =
            render(&Snapshot { taken_at, pipeline, alerting, ..Snapshot::default() }, &Places::unlimited()).unwrap();
        for line in [
            "pantry_outbox_events 7",
            "pantry_outbox_oldest_age_seconds 2",
            "pantry_broker_reachable 0",
            "pantry_open_alerts 1",
            "pantry_alert_deliveries_total 5",
            "pantry_alert_delivery_failures_total 2",
            "pantry_alert_deliveries_given_up_total 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(!text.contains("consumer_lag"), "an unknown lag is left out");
    }
}
