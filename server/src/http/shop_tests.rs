//! The customer's side tried from outside, through the whole router with a database of its own: the cookie that keeps a
//! browser's orders, the choice of colours, and what a form opens with.

use super::owner_tests::{Door, door, header_of, text_of};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use std::pin::pin;

const FORM: &str = "quantity[rice]=2&price[rice]=240&email=a%40b.example";

async fn post(door: &Door, path: &str, kind: &str, cookie: &str, body: impl Into<Body>) -> Response<Body> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, kind)
        .header(header::COOKIE, cookie);
    door.send(request.body(body.into()).unwrap()).await
}

/// What the browser sends back of a `Set-Cookie` header, once its guards were looked at.
fn kept(response: &Response<Body>) -> String {
    let cookie = header_of(response, header::SET_COOKIE);
    assert!(cookie.starts_with("pantry_orders="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

async fn my_orders(door: &Door, cookie: &str) -> String {
    let page = door.ask(Method::GET, "/my-orders", cookie).await;
    assert_eq!((page.status(), header_of(&page, header::CACHE_CONTROL).as_str()), (StatusCode::OK, "no-store"));
    text_of(page).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn orders_are_remembered_however_they_were_made() {
    let door = door().await;
    let form = "application/x-www-form-urlencoded";
    let plain = post(&door, "/order-new", form, "", format!("submission_key={}&{FORM}", "1".repeat(32))).await;
    assert_eq!(plain.status(), StatusCode::SEE_OTHER);
    let first = kept(&plain);

    let form_of_two = format!("submission_key={}&email=a%40b.example&quantity[tea]=1&price[tea]=295", "2".repeat(32));
    let call = serde_json::to_vec(&app::api::PlaceOrder { form: form_of_two }).unwrap();
    let json = "application/json";
    let hydrated = post(&door, "/api/orders", json, &first, call.clone()).await;
    assert_eq!(hydrated.status(), StatusCode::OK);
    let both = kept(&hydrated);

    let page = my_orders(&door, &both).await;
    assert_eq!(page.matches("data-testid=\"my-order\"").count(), 2, "{page}");
    assert!(page.find("Order 2").unwrap() < page.find("Order 1").unwrap(), "the latest stands first");
    assert_eq!(my_orders(&door, &first).await.matches("data-testid=\"my-order\"").count(), 1);

    // The same form sent again is the same order.
    let again = post(&door, "/api/orders", json, &both, call).await;
    assert_eq!(kept(&again), both);
    // A form that made no order gives no cookie.
    let refused = post(&door, "/order-new", form, &both, FORM.to_owned()).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(header_of(&refused, header::SET_COOKIE), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cookie_that_is_not_the_shops_own_shows_nothing() {
    let door = door().await;
    let form = "application/x-www-form-urlencoded";
    let plain = post(&door, "/order-new", form, "", format!("submission_key={}&{FORM}", "1".repeat(32))).await;
    let cookie = kept(&plain);
    let (tokens, tag) = cookie.split_once('.').unwrap();
    let other = format!("pantry_orders={}", "0".repeat(32));
    for made_up in [tokens.to_owned(), format!("{tokens}.{}", tag.to_uppercase()), format!("{other}.{tag}"), other] {
        let page = my_orders(&door, &made_up).await;
        assert!(page.contains("data-testid=\"no-orders\"") && !page.contains("my-order\""), "{made_up}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forgetting_takes_the_cookie_away() {
    let door = door().await;
    let answer = post(&door, "/my-orders/forget", "text/plain", "", String::new()).await;
    assert_eq!(header_of(&answer, header::LOCATION), "/my-orders");
    assert!(header_of(&answer, header::SET_COOKIE).starts_with("pantry_orders=; Path=/; Max-Age=0;"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_chosen_theme_is_in_the_document() {
    let door = door().await;
    let form = "application/x-www-form-urlencoded";
    let answer = post(&door, "/theme", form, "", "theme=dark".to_owned()).await;
    assert_eq!((answer.status(), header_of(&answer, header::LOCATION).as_str()), (StatusCode::SEE_OTHER, "/"));
    assert!(header_of(&answer, header::SET_COOKIE).starts_with("theme=dark; Path=/;"));
    let refused = post(&door, "/theme", form, "", "theme=\"><b>".to_owned()).await;
    assert_eq!((refused.status(), header_of(&refused, header::SET_COOKIE).as_str()), (StatusCode::SEE_OTHER, ""));
    for (cookie, attribute) in [("theme=dark", true), ("theme=\"><b>", false), ("", false)] {
        for path in ["/", "/order-new", "/my-orders", "/no-such-shelf"] {
            let page = text_of(door.ask(Method::GET, path, cookie).await).await;
            assert_eq!(page.contains("data-theme=\"dark\""), attribute, "{path} {cookie}");
            assert!(!page.contains("<b>"), "{path} {cookie}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_opens_with_what_its_address_names() {
    let door = door().await;
    let form = "application/x-www-form-urlencoded";
    let made = post(&door, "/order-new", form, "", format!("submission_key={}&{FORM}", "1".repeat(32))).await;
    let token = header_of(&made, header::LOCATION).split('=').next_back().unwrap().to_owned();
    for (query, value, said) in [
        ("add=rice".to_owned(), Some("1"), None),
        (format!("again={token}"), Some("2"), Some("The goods of order 1,")),
        ("again=0".to_owned(), None, Some("We cannot find the order")),
        ("add=caviar".to_owned(), None, None),
        ("add=%3Cb%3E".to_owned(), None, None),
        (String::new(), None, None),
    ] {
        let page = door.ask(Method::GET, &format!("/order-new?{query}"), "").await;
        assert_eq!((page.status(), header_of(&page, header::CACHE_CONTROL).as_str()), (StatusCode::OK, "no-store"));
        let page = text_of(page).await;
        let field = page.split("<input").find(|input| input.contains("name=\"quantity[rice]\"")).unwrap();
        let shown = value.map_or("value=\"\"".to_owned(), |value| format!("value=\"{value}\""));
        let is_shown = field.contains(&shown) || (value.is_none() && !field.contains(" value="));
        assert!(is_shown, "{query}: {field}");
        assert_eq!(said.is_some_and(|said| page.contains(said)), said.is_some(), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_without_its_data_says_so_and_loads_itself_again() {
    let door = door().await;
    // It ends with the last copy; who asks from now on is refused.
    let mut closing = pin!(door.store.clone().close());
    tokio::select! { biased; () = &mut closing => {}, () = std::future::ready(()) => {} }
    let token = "0".repeat(32);
    for path in ["/", "/order-new", "/order-new?add=rice", &format!("/order-new-complete?order={token}")] {
        let answer = door.ask(Method::GET, path, "").await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(header_of(&answer, header::RETRY_AFTER), "5", "{path}");
        let html = text_of(answer).await;
        assert!(
            html.contains("The shop cannot show this now") && html.contains("data-refresh-seconds=\"30\""),
            "{html}"
        );
        assert!(html.contains(&format!("<a href=\"{path}\" class=\"button\">Load this page again")), "{html}");
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
        assert!(!html.contains("leptos-island data-component"), "{path}: nothing of it moves");
    }
    // Whoever never ordered here is told so by what the browser sent.
    let answer = door.ask(Method::GET, "/my-orders", "").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(text_of(answer).await.contains("Nothing here yet"));
}
