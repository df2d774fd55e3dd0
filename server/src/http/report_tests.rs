//! The owner's reports tried from outside, through the whole router: page, server function and export tell the same
//! figures, whatever was asked for, in the time zone that was chosen.

use super::owner_tests::{Door, door, header_of, text_of};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use domain::{Email, Money, NewOrder, NewOrderLine, PagePath, ReportQuery, SubmissionKey, Timestamp, ViewKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{Batch, PageView, Zone};

/// Two orders, one of them paid at once, and three page views, of which one begins a visit; all counted.
pub(super) async fn trade(door: &Door) {
    // So that no minute ends between them.
    door.clock.advance_micros(60_000_000 - door.store.now().micros().rem_euclid(60_000_000));
    for (key, is_paid) in [(1, true), (2, false)] {
        let line = NewOrderLine { slug: "rice".to_owned(), quantity: 2, shown_price: Money::from_cents(240) };
        let order = NewOrder {
            submission_key: SubmissionKey::from_random(key),
            email: Email::parse("somebody@example.com").unwrap(),
            is_paid,
            lines: vec![line],
        };
        door.store.place_order(order).await.unwrap();
    }
    let view = |path, is_visit| PageView { path, kind: ViewKind::Page, is_visit };
    let views = [(PagePath::Home, true), (PagePath::OrderNew, false), (PagePath::OrderNew, false)];
    door.store.record_page_views(views.map(|(path, is_visit)| view(path, is_visit)).to_vec()).await.unwrap();
    let last = door.store.outbox_last_id().await.unwrap().unwrap();
    let own: BTreeSet<i64> = (last - 4..=last).collect();
    door.store.count(Batch { own, ..Batch::default() }).await.unwrap();
}

pub(super) async fn post(door: &Door, path: &str, kind: &str, cookie: &str, body: String) -> Response<Body> {
    let request = Request::post(path).header(header::CONTENT_TYPE, kind).header(header::COOKIE, cookie);
    door.send(request.body(Body::from(body)).unwrap()).await
}

/// What the island gets, as HTML.
async fn report(door: &Door, cookie: &str, query: &str) -> String {
    let body = json!({ "query": query }).to_string();
    let answer = post(door, "/api/admin/report", "application/json", cookie, body).await;
    assert_eq!(answer.status(), StatusCode::OK, "{query}");
    let parts: Value = serde_json::from_str(&text_of(answer).await).unwrap();
    parts["html"].as_str().unwrap().to_owned()
}

/// What stands in the element with this test id.
pub(super) fn shown<'a>(html: &'a str, test_id: &str) -> &'a str {
    let (_, rest) = html.split_once(&format!("data-testid=\"{test_id}\"")).unwrap_or_else(|| panic!("no {test_id}"));
    rest.split_once('>').unwrap().1.split('<').next().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_an_hour_that_came_twice_one_has_nothing_before() {
    let door = door().await;
    door.store.set_time_zone(&Zone::named("Europe/Berlin").unwrap()).await.unwrap();
    let noon = Timestamp::parse_rfc3339("2099-10-25T12:00:00Z").unwrap();
    door.clock.advance_micros(noon.micros_since(door.store.now()));
    let cookie = door.log_in().await;
    let report = report(&door, &cookie, "range=today").await;
    let readouts = report.split_once("data-readouts=\"").unwrap().1.split('"').next().unwrap();
    let told: Vec<_> = readouts.lines().skip(1).take(4).map(|told| told.contains(" · before: ")).collect();
    assert_eq!(told, [true, false, true, true], "{readouts}");
    let hours = ["01:00", "02:00 CEST", "02:00 CET", "03:00"].map(|hour| format!("Sun 25 Oct, {hour}"));
    assert!(readouts.lines().skip(1).zip(&hours).all(|(told, hour)| told.starts_with(hour)), "{readouts}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn page_function_and_export_tell_the_same_figures() {
    let door = door().await;
    let cookie = door.log_in().await;
    trade(&door).await;
    for query in
        ["", "range=hour", "range=today", "range=24h&compare=week", "range=7d&bucket=hour", "range=30d", "range=12m"]
    {
        let page = door.ask(Method::GET, &format!("/admin/metrics?{query}"), &cookie).await;
        assert_eq!(page.status(), StatusCode::OK, "{query}");
        let html = text_of(page).await;
        let report = report(&door, &cookie, query).await;
        for (test_id, figure) in [
            ("tile-revenue", "€9.60"),
            ("tile-orders", "2"),
            ("tile-goods", "4"),
            ("tile-average", "€4.80"),
            ("tile-paid", "50.0%"),
            ("tile-visits", "1"),
            ("tile-conversion", "200.0%"),
            ("tile-feedback", "–"),
        ] {
            assert_eq!(shown(&html, test_id), figure, "{test_id} of {query}");
            assert_eq!(shown(&report, test_id), figure, "{test_id} of the function with {query}");
        }
        for told in ["data-testid=\"chart-revenue\"", "data-testid=\"hour-table\"", "/order-new", "Rice"] {
            assert!(html.contains(told), "{told} of {query}");
        }
        assert!(!html.contains("somebody@"), "who ordered is nobody's business here");

        let export = door.ask(Method::GET, &format!("/admin/metrics/export.csv?{query}"), &cookie).await;
        assert_eq!(header_of(&export, header::CONTENT_TYPE), "text/csv; charset=utf-8");
        assert_eq!(header_of(&export, header::CACHE_CONTROL), "no-store");
        let name = header_of(&export, header::CONTENT_DISPOSITION);
        assert!(name.starts_with("attachment; filename=\"pantry-") && name.ends_with(".csv\""), "{name}");
        let text = text_of(export).await;
        let rows: Vec<&str> = text.lines().skip(1).filter(|row| !row.ends_with(",0,0,0,0,0.00,0,0,0.00,0,0")).collect();
        assert_eq!(rows.len(), 1, "{text}");
        assert!(rows[0].ends_with(",3,1,2,4,9.60,1,2,4.80,0,0"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_address_that_names_no_report_is_said_in_words() {
    let door = door().await;
    let cookie = door.log_in().await;
    for (query, words) in [
        ("range=decade", "There is no such range."),
        ("range=hour&bucket=day", "cannot be shown in such steps"),
        ("compare=neighbours", "There is no such comparison."),
        ("range=custom&from=2026-11-24", "Choose a first and a last day"),
        ("range=custom&from=2026-11-24&to=2026-11-01", "The last day lies before the first."),
        ("range=custom&from=2001-01-01&to=2026-11-01", "at most 800 days"),
        ("range=%3Cscript%3E", "There is no such range."),
    ] {
        let page = door.ask(Method::GET, &format!("/admin/metrics?{query}"), &cookie).await;
        assert_eq!(page.status(), StatusCode::BAD_REQUEST, "{query}");
        let html = text_of(page).await;
        assert!(shown(&html, "report-notice").contains(words), "{query}");
        // What does not depend on the address is there.
        assert!(html.contains("data-testid=\"today-revenue\""), "{query}");
        let export = door.ask(Method::GET, &format!("/admin/metrics/export.csv?{query}"), &cookie).await;
        assert_eq!(export.status(), StatusCode::BAD_REQUEST, "{query}");
        assert!(text_of(export).await.contains(words), "{query}");
        assert!(shown(&report(&door, &cookie, query).await, "report-notice").contains(words), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_time_zone_is_chosen_once_for_all_days() {
    let door = door().await;
    let cookie = door.log_in().await;
    let form = "application/x-www-form-urlencoded";
    let choose = |zone: &'static str| post(&door, "/admin/metrics/time-zone", form, &cookie, format!("zone={zone}"));
    let answer = choose("Asia%2FKathmandu").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(header_of(&answer, header::LOCATION), "/admin/metrics");
    for (zone, status) in [("Asia%2FNowhere", 422), ("", 422), ("%00", 422), ("..%2F..%2Fetc%2Fpasswd", 422)] {
        assert_eq!(choose(zone).await.status().as_u16(), status, "{zone}");
    }
    assert_eq!(door.store.time_zone().await.unwrap().name(), "Asia/Kathmandu");
    assert!(report(&door, &cookie, "range=today").await.contains("Times of Asia/Kathmandu"));
    let today = app::make_report(&door.store, ReportQuery::parse("range=today").unwrap()).await.unwrap();
    // Days begin at 18:15 UTC there.
    assert_eq!(today.buckets[0].start.number().rem_euclid(1_440), 18 * 60 + 15);

    let page = text_of(door.ask(Method::GET, "/admin/time-zone", &cookie).await).await;
    assert!(page.contains("<option selected>Asia/Kathmandu"), "the chosen one stands in the list");
    assert!(text_of(door.ask(Method::GET, "/admin/metrics", &cookie).await).await.contains("Times of Asia/Kathmandu"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reports_are_the_owners_alone() {
    let door = door().await;
    for (method, path, status) in [
        (Method::GET, "/admin/metrics/export.csv?range=7d", 401),
        (Method::GET, "/admin/time-zone", 303),
        (Method::POST, "/admin/metrics/time-zone", 401),
        (Method::POST, "/api/admin/report", 401),
    ] {
        let response = door.ask(method.clone(), path, "").await;
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        assert!(!text_of(response).await.contains("requests_num"), "{method} {path}");
    }
}
