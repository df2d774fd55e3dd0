//! The pages of streams tried from outside, through the whole router: page, server function and export tell the same
//! figures.

use super::owner_tests::{Door, door, header_of, text_of};
use super::report_tests::{post, shown, trade};
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

async fn page(door: &Door, cookie: &str, path: &str) -> (StatusCode, String) {
    let answer = door.ask(Method::GET, path, cookie).await;
    (answer.status(), text_of(answer).await)
}

async fn report(door: &Door, cookie: &str, topic: &str, query: &str) -> (StatusCode, Value) {
    let body = json!({ "query": query, "topic": topic }).to_string();
    let answer = post(door, "/api/admin/report", "application/json", cookie, body).await;
    (answer.status(), serde_json::from_str(&text_of(answer).await).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn page_function_and_export_tell_the_same_figures() {
    let door = door().await;
    let cookie = door.log_in().await;
    trade(&door).await;
    for query in ["", "range=today&compare=none", "range=7d&bucket=hour&compare=week", "range=12m"] {
        let (status, html) = page(&door, &cookie, &format!("/admin/streams/new_orders?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}");
        let (status, parts) = report(&door, &cookie, "new_orders", query).await;
        assert_eq!(status, StatusCode::OK, "{query}");
        let parts = parts["html"].as_str().unwrap();
        for (test_id, figure) in [
            ("tile-total_orders_num", "2"),
            ("tile-total_orders_price", "€9.60"),
            ("tile-total_paid_orders_amount", "2"),
            ("tile-average_order_price", "€4.80"),
            ("chart-total_orders_price-readout", "€9.60"),
        ] {
            assert_eq!(shown(&html, test_id), figure, "{test_id} of {query}");
            assert_eq!(shown(parts, test_id), figure, "{test_id} of the function with {query}");
        }
        // Each part is one that the page has, or the island would not find its place.
        let names = parts.split("data-part=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let missing: Vec<_> = names.filter(|name| !html.contains(&format!("data-part=\"{name}\""))).collect();
        assert!(missing.is_empty(), "{missing:?}");

        let export = door.ask(Method::GET, &format!("/admin/streams/new_orders/export.csv?{query}"), &cookie).await;
        assert!(header_of(&export, header::CONTENT_DISPOSITION).starts_with("attachment; filename=\"new_orders-"));
        let text = text_of(export).await;
        let rows: Vec<&str> = text.lines().skip(1).filter(|row| !row.ends_with(",0,0,0.00,0,0,0.00")).collect();
        assert_eq!(rows.len(), 1, "{text}");
        assert!(rows[0].ends_with(",2,4,9.60,1,2,4.80"), "{text}");
    }
    let (_, html) = page(&door, &cookie, "/admin/streams/web_requests").await;
    assert!(html.contains("data-testid=\"group-path\"") && html.contains("/order-new"), "{html}");
    assert_eq!(shown(&html, "tile-visits_num"), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_dashboard_leads_to_the_streams_that_it_does_not_show() {
    let door = door().await;
    let cookie = door.log_in().await;
    let (_, html) = page(&door, &cookie, "/admin/metrics").await;
    let (_, line) = html.split_once("data-testid=\"other-streams\"").unwrap();
    let line = line.split("</nav>").next().unwrap();
    assert!(line.contains("href=\"/admin/streams/subscriptions\"") && !line.contains("new_orders"), "{line}");
    let (status, html) = page(&door, &cookie, "/admin/streams/subscriptions").await;
    assert_eq!((status, shown(&html, "tile-net_num")), (StatusCode::OK, "0"));
    assert!(html.contains("data-testid=\"latest-events\"") && html.contains("Nothing was counted yet."), "{html}");
    let (_, html) = page(&door, &cookie, "/admin/streams/new_orders").await;
    assert!(!html.contains("latest-events"), "the dashboard has the latest orders");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_no_stream_or_no_range_is_said_in_words() {
    let door = door().await;
    let cookie = door.log_in().await;
    for path in ["/admin/streams/nothing", "/admin/streams/new_orders.dlq", "/admin/streams/nothing/export.csv"] {
        assert_eq!(page(&door, &cookie, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, html) = page(&door, &cookie, "/admin/streams/feedback?range=decade").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(shown(&html, "report-notice").contains("There is no such range."), "{html}");
    assert_eq!(
        page(&door, &cookie, "/admin/streams/feedback/export.csv?range=decade").await.0,
        StatusCode::BAD_REQUEST
    );
    assert_ne!(report(&door, &cookie, "nothing", "").await.0, StatusCode::OK);
    for (path, status) in [("/admin/streams/feedback", 303), ("/admin/streams/feedback/export.csv", 401)] {
        assert_eq!(page(&door, "", path).await.0.as_u16(), status, "{path}");
    }
    assert_eq!(report(&door, "", "feedback", "").await.0, StatusCode::UNAUTHORIZED);
}
