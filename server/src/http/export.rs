//! `GET /admin/metrics/export.csv?…`: the report of the same address as a file. The same figures to the cent as on the
//! page; only buckets of which something is known. Called by the router, behind the guard.

use super::plain_page::plain_page;
use super::router::HttpState;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Counts, Report, ReportQuery};
use std::fmt::Write;

const HEADER: &str = "datetime,local_time,requests_num,visits_num,total_orders_num,total_orders_amount,\
    total_orders_price,total_paid_orders_num,total_paid_orders_amount,total_paid_orders_price,\
    total_feedback_num,total_feedback_stars\n";

/// `GET /admin/metrics/export.csv`.
pub(super) async fn export_csv(State(state): State<HttpState>, RawQuery(query): RawQuery) -> Response {
    let query = match ReportQuery::parse(&query.unwrap_or_default()) {
        Ok(query) => query,
        Err(problem) => {
            return plain_page(StatusCode::BAD_REQUEST, "There is no such range of time", problem.to_string());
        }
    };
    match app::make_report(&state.shop.store, query).await {
        Ok(report) => {
            let name = format!("pantry-{}-by-{}.csv", query.range.name(), query.size.name());
            let mut response = csv(&report).into_response();
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
