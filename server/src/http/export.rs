//! `GET /admin/metrics/export.csv?…` and `GET /admin/streams/<topic>/export.csv?…`: the report of the same address as a
//! file. The same figures to the last digit as on the page; only buckets of which something is known. Called by the
//! router, behind the guard.

use super::plain_page::plain_page;
use super::state::HttpState;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Counts, Report, ReportQuery};
use std::fmt::Write;
use store::StoreError;
use streams::{Topic, Totals};

const HEADER: &str = "datetime,local_time,requests_num,visits_num,total_orders_num,total_orders_amount,\
    total_orders_price,total_paid_orders_num,total_paid_orders_amount,total_paid_orders_price,\
    total_feedback_num,total_feedback_stars\n";

/// `GET /admin/metrics/export.csv`.
pub(super) async fn export_csv(State(state): State<HttpState>, RawQuery(query): RawQuery) -> Response {
    let query = match parsed(query) {
        Ok(query) => query,
        Err(refused) => return *refused,
    };
    let report = app::make_report(&state.shop.store, query).await;
    answer(&format!("pantry-{}-by-{}.csv", query.range.name(), query.size.name()), report.map(|report| csv(&report)))
}

/// `GET /admin/streams/<topic>/export.csv`.
pub(super) async fn export_stream_csv(
    State(state): State<HttpState>,
    Path(topic): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let store = &state.shop.store;
    let Some(topic) = store.streams().of(&topic) else {
        return plain_page(StatusCode::NOT_FOUND, "There is no such stream", "No stream of this name is declared.");
    };
    let query = match parsed(query) {
        Ok(query) => query,
        Err(refused) => return *refused,
    };
    let report = app::make_stream_report(store, topic, query).await;
    let name = format!("{topic}-{}-by-{}.csv", query.range.name(), query.size.name());
    answer(&name, report.map(|made| stream_csv(topic, &made.report)))
}

fn parsed(query: Option<String>) -> Result<ReportQuery, Box<Response>> {
    ReportQuery::parse(&query.unwrap_or_default()).map_err(|problem| {
        Box::new(plain_page(StatusCode::BAD_REQUEST, "There is no such range of time", problem.to_string()))
    })
}

fn answer(name: &str, text: Result<String, StoreError>) -> Response {
    match text {
        Ok(text) => {
            let mut response = text.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
            if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
                headers.insert(header::CONTENT_DISPOSITION, disposition);
            }
            response
        }
        Err(error) => {
            tracing::warn!(%error, "a report could not be exported");
            plain_page(
                StatusCode::SERVICE_UNAVAILABLE,
                "The figures cannot be read right now",
                "The database does not answer. Try again in a moment.",
            )
        }
    }
}

/// A row for each bucket of a stream, with all its measures, also those that its own file has not.
fn stream_csv(topic: Topic, report: &Report<Totals>) -> String {
    let measures = &topic.stream().measures;
    let mut text = "datetime,local_time".to_owned();
    for measure in measures {
        let _ = write!(text, ",{}", measure.name);
    }
    text.push('\n');
    for bucket in &report.buckets {
        if let Some(totals) = &bucket.counts {
            let _ = write!(text, "{},\"{}\"", bucket.start, bucket.name);
            for (place, measure) in measures.iter().enumerate() {
                let _ = write!(text, ",{}", measure.cell(totals.of(place)));
            }
            text.push('\n');
        }
    }
    text
}

/// A row for each bucket: its start in UTC, as in the other files, and in the owner's words.
fn csv(report: &Report) -> String {
    let mut text = HEADER.to_owned();
    for bucket in &report.buckets {
        if let Some(Counts { figures, visits_num }) = bucket.counts {
            let _ = writeln!(
                text,
                "{},\"{}\",{},{visits_num},{},{},{},{},{},{},{},{}",
                bucket.start,
                bucket.name,
                figures.requests_num,
                figures.total_orders_num,
                figures.total_orders_amount,
                figures.total_orders_price,
                figures.total_paid_orders_num,
                figures.total_paid_orders_amount,
                figures.total_paid_orders_price,
                figures.total_feedback_num,
                figures.total_feedback_stars
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Minute;
    use domain::report::{Bucket, BucketState};

    #[test]
    fn a_streams_export_has_all_its_measures_and_empty_cells_for_nothing() {
        let bucket = |start, counts| Bucket {
            start: Minute::from_number(start),
            name: "Tue 24 Nov, 14:00".to_owned(),
            state: BucketState::Closed,
            counts,
            before: None,
        };
        let totals = Totals(vec![Some(7), None]);
        let report = Report { buckets: vec![bucket(0, Some(totals)), bucket(60, None)], ..Report::default() };
        let expected = "datetime,local_time,requests_num,visits_num\n1970-01-01 00:00:00,\"Tue 24 Nov, 14:00\",7,\n";
        assert_eq!(stream_csv(Topic::web_requests(), &report), expected);
    }

    #[test]
    fn what_is_known_is_a_row_and_nothing_else_is() {
        let bucket = |start, state, counts| Bucket {
            start: Minute::from_number(start),
            name: "Tue 24 Nov, 14:00".to_owned(),
            state,
            counts,
            before: None,
        };
        let counts = Counts::from([7, 2, 3, 4_550, 1, 1, 5, 4, 2, 9]);
        let buckets = vec![
            bucket(0, BucketState::Gap, None),
            bucket(60, BucketState::Closed, Some(counts)),
            bucket(120, BucketState::Open, Some(Counts::default())),
            bucket(180, BucketState::Future, None),
        ];
        let text = csv(&Report { buckets, ..Report::default() });
        let rows: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(
            rows,
            [
                "1970-01-01 01:00:00,\"Tue 24 Nov, 14:00\",7,4,2,3,45.50,1,1,0.05,2,9",
                "1970-01-01 02:00:00,\"Tue 24 Nov, 14:00\",0,0,0,0,0.00,0,0,0.00,0,0"
            ]
        );
        assert_eq!(text.lines().next().unwrap().split(',').count(), 12);
    }
}
