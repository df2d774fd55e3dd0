//! What somebody without a session is told and where the log-in leads them, and what is answered where there is no
//! page: each as a browser and as a program read it.

use super::owner_tests::{Door, PASSWORD, door, header_of, text_of};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

async fn asked(door: &Door, method: Method, path: &str, headers: &[(header::HeaderName, &str)]) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    door.send(request.body(Body::empty()).unwrap()).await
}

async fn log_in_at(door: &Door, address: &str, password: &str) -> Response<Body> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(address)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let password = password.replace(' ', "+");
    door.send(request.body(Body::from(format!("username=owner&password={password}"))).unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_login_leads_back_to_what_was_asked_for() {
    let door = door().await;
    let shared = "/admin/metrics?range=7d&compare=week";
    let away = asked(&door, Method::GET, shared, &[]).await;
    assert_eq!(away.status(), StatusCode::SEE_OTHER);
    let login = header_of(&away, header::LOCATION);
    assert_eq!(login, "/admin/login?next=%2Fadmin%2Fmetrics%3Frange%3D7d%26compare%3Dweek");
    // The form goes to the address of its page, also after a wrong password.
    let page = text_of(asked(&door, Method::GET, &login, &[]).await).await;
    assert!(page.contains("<form method=\"post\">"), "{page}");
    let wrong = log_in_at(&door, &login, "wrong").await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text_of(wrong).await.contains("<form method=\"post\">"));
    let right = log_in_at(&door, &login, PASSWORD).await;
    assert_eq!((right.status(), header_of(&right, header::LOCATION)), (StatusCode::SEE_OTHER, shared.to_owned()));
    // Whoever is logged in already is led there as well, and never to another site.
    let cookie = door.log_in().await;
    for (address, to) in [(login.as_str(), shared), ("/admin/login?next=//elsewhere.example/", "/admin/metrics")] {
        let led = door.ask(Method::GET, address, &cookie).await;
        assert_eq!((led.status(), header_of(&led, header::LOCATION)), (StatusCode::SEE_OTHER, to.to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_of_a_session_that_ran_out_says_how_to_send_it_again() {
    let door = door().await;
    let page = asked(&door, Method::POST, "/admin/alerts", &[(header::ACCEPT, BROWSER)]).await;
    assert_eq!(page.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(header_of(&page, header::CONTENT_TYPE), "text/html; charset=utf-8");
    let html = text_of(page).await;
    for part in ["You are not logged in", "nothing was done", "href=\"/admin/login\" target=\"_blank\""] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let words = asked(&door, Method::POST, "/admin/alerts", &[(header::ACCEPT, "*/*")]).await;
    assert_eq!(words.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(header_of(&words, header::CONTENT_TYPE), "text/plain; charset=utf-8");
    let text = text_of(words).await;
    assert!(text.starts_with("You are not logged in. ") && text.ends_with(": /admin/login\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_without_data_looks_as_its_reader_chose_and_leads_on() {
    let door = door().await;
    for (method, path, status, way) in [
        (Method::GET, "/theme", 405, "<a href=\"/\" class=\"button secondary\">Back to the shop"),
        (Method::GET, "/my-orders/forget", 405, "<a href=\"/\" class=\"button secondary\">Back to the shop"),
        (Method::DELETE, "/order-new", 405, "<a href=\"/\" class=\"button secondary\">Back to the shop"),
    ] {
        let headers = [(header::ACCEPT, BROWSER), (header::COOKIE, "theme=dark")];
        let page = asked(&door, method.clone(), path, &headers).await;
        assert_eq!(page.status().as_u16(), status, "{method} {path}");
        assert!(header_of(&page, header::ALLOW).contains("POST"), "{method} {path}");
        let html = text_of(page).await;
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\" data-theme=\"dark\">"), "{html}");
        assert!(html.contains(way) && !html.contains("<script"), "{html}");
    }
    let cookie = door.log_in().await;
    let headers = [(header::ACCEPT, BROWSER), (header::COOKIE, cookie.as_str())];
    for (path, status) in [
        ("/admin/metrics/orders.csv", 404),
        ("/admin/metrics/verify", 405),
        ("/admin/metrics/export.csv?range=century", 400),
    ] {
        let page = asked(&door, Method::GET, path, &headers).await;
        assert_eq!(page.status().as_u16(), status, "{path}");
        let html = text_of(page).await;
        assert!(html.contains("<html lang=\"en\"><head>") && html.contains("Back to the dashboard"), "{html}");
    }
    let text = text_of(door.ask(Method::GET, "/admin/metrics/orders.csv", &cookie).await).await;
    assert!(text.starts_with("There is no such file yet. "), "{text}");
}
