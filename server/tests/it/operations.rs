//! What operators and the owner's door answer: alive, ready, figures for Prometheus; and nothing of the owner's
//! without a session.

use crate::harness::{Browser, Place, run, until};
use reqwest::Method;

#[test]
fn alive_ready_and_figures_for_prometheus() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        assert_eq!(browser.get("/healthz").await.status, 200);
        until("the shop to be ready", async || {
            let answer = browser.get("/readyz?pipeline").await;
            if answer.status == 200 { Ok(()) } else { Err(answer.body) }
        })
        .await;
        assert_eq!(browser.get("/readyz").await.status, 200);
        browser.get("/").await;
        shop.wait_counted_once().await;
        let operator = Browser::new(shop.running.metrics_addr);
        until("the figures", async || {
            let text = operator.get("/metrics").await.body;
            let wanted = [
                "pantry_ready 1",
                "pantry_pipeline_ready 1",
                "pantry_broker_reachable 1",
                "pantry_today_requests 1",
                "pantry_outbox_events 0",
            ];
            if wanted.iter().all(|line| text.lines().any(|found| found == *line)) { Ok(()) } else { Err(text) }
        })
        .await;
        assert_eq!(browser.get("/metrics").await.status, 404, "not on the shop's address");
        shop.close().await;
    });
}

#[test]
fn nothing_of_the_owners_answers_without_a_session() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        shop.close_open_minute().await;
        let stranger = shop.browser();
        let paths = [
            "/admin",
            "/admin/",
            "/admin/metrics",
            "/admin/metrics/",
            "/admin/metrics/stream",
            "/admin/metrics/requests.csv",
            "/admin/metrics/orders.csv",
            "/admin/metrics/feedback.csv",
            "/admin/logout",
            "/admin/nothing",
            "/ADMIN/metrics",
            "/%61dmin/metrics",
            "//admin/metrics",
            "/admin/metrics/live",
            "/api/admin/report",
            "/api/admin/nothing",
            "/api/%61dmin/report",
        ];
        for path in paths {
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT] {
                let request =
                    stranger.client().request(method.clone(), stranger.url(path)).header("cookie", "session=forged");
                let response = request.send().await.unwrap();
                let status = response.status();
                assert!(status.is_redirection() || status.is_client_error(), "{method} {path}: {status}");
                let body = response.text().await.unwrap();
                for secret in ["datetime", "requests_num", "total_orders", "closed_until", "outbox"] {
                    assert!(!body.contains(secret), "{method} {path} shows {secret}: {body}");
                }
            }
        }
        let owner = shop.browser();
        assert!(owner.post("/admin/login", &[("password", "wrong")]).await.status.is_client_error());
        assert_ne!(owner.get("/admin/metrics").await.status, 200);
        let answer = owner.post("/admin/login", &[("password", "a long password")]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.location.as_deref()),
            (303, Some("/admin/metrics")),
            "{}",
            answer.body
        );
        assert_eq!(owner.get("/admin/metrics").await.status, 200);
        let file = owner.get("/admin/metrics/requests.csv").await;
        assert_eq!(file.body, std::fs::read_to_string(shop.data.join("requests.csv")).unwrap());
        assert_eq!(owner.try_post("/admin/logout", "text/plain", Vec::new()).await.unwrap().status, 303);
        assert_ne!(owner.get("/admin/metrics").await.status, 200, "after the log-out");
        assert_eq!(shop.figures().await.requests_num, 0, "the owner's pages are no page views");
        shop.close().await;
    });
}
