//! The owner's dead letters tried from outside, through the whole router with a database of its own: what is shown,
//! what is refused, and that nothing of a stranger's becomes HTML.

use super::owner_tests::{Door, door, header_of, text_of};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use store::{Batch, DeadLetter};
use streams::Topic;

async fn keep(door: &Door, letters: Vec<DeadLetter>) {
    door.store.count(Batch { dead_letters: letters, ..Batch::default() }).await.unwrap();
}

fn letter(door: &Door, offset: i64, value: &[u8]) -> DeadLetter {
    DeadLetter {
        log: "a log".to_owned(),
        generation: 0,
        topic: Topic::new_orders(),
        partition: 1,
        offset,
        reason: "the value is not JSON".to_owned(),
        key: None,
        value: Some(value.to_vec()),
        headers: Vec::new(),
        timestamp_millis: None,
        seen_at: door.store.now(),
    }
}

async fn post(door: &Door, cookie: &str, path: &str, body: &'static str) -> Response<Body> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    door.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_of_a_letter_becomes_html() {
    const EVIL: &str = "</textarea></pre><script>alert(1)</script>";
    let door = door().await;
    let cookie = door.log_in().await;
    let evil = DeadLetter {
        reason: EVIL.to_owned(),
        key: Some(EVIL.into()),
        headers: vec![(EVIL.into(), Some(EVIL.into()))],
        ..letter(&door, 0, EVIL.as_bytes())
    };
    keep(&door, vec![evil]).await;
    let typed = "value=%3C%2Ftextarea%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E";
    let reason = "reason=%22%3E%0A%3Cscript%3Ealert%281%29%3C%2Fscript%3E";
    for (response, shown) in [
        (door.ask(Method::GET, "/admin/dead-letters", &cookie).await, 6),
        (door.ask(Method::GET, "/admin/dead-letters/1", &cookie).await, 6),
        (post(&door, &cookie, "/admin/dead-letters/1/redrive", typed).await, 6),
        (post(&door, &cookie, "/admin/dead-letters/1/discard", reason).await, 7),
    ] {
        let html = text_of(response).await;
        assert!(!html.contains("<script>alert"), "{html}");
        assert_eq!(html.matches("</textarea>").count(), 1, "the field holds all of it: {html}");
        // Reason, key, header's name, header's value, value, field; and what was typed.
        let escaped = html.matches("&lt;script>alert").count() + html.matches("&lt;script&gt;alert").count();
        assert!(escaped >= shown - 1, "{escaped} of {shown}: {html}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_field_holds_the_text_and_a_dump_holds_the_bytes() {
    let door = door().await;
    let cookie = door.log_in().await;
    let long = format!("[{}]", "1,".repeat(3_000));
    let letters = vec![
        letter(&door, 0, b"{\"a\": \"b & c\"}"),
        letter(&door, 1, b"\xff\0"),
        letter(&door, 2, long.as_bytes()),
        DeadLetter { value: None, ..letter(&door, 3, b"") },
    ];
    keep(&door, letters).await;
    let html = text_of(door.ask(Method::GET, "/admin/dead-letters", &cookie).await).await;
    assert!(html.contains(">{\"a\": \"b &amp; c\"}</textarea>"), "{html}");
    assert!(html.contains("00000000  ff 00"), "{html}");
    assert!(html.contains("6,002 bytes") && html.contains("See it whole"), "{html}");
    assert!(html.contains("4 dead letters") && html.contains(">null<"), "{html}");
    assert!(!html.contains(&long));
    let whole = text_of(door.ask(Method::GET, "/admin/dead-letters/3", &cookie).await).await;
    assert!(whole.contains(&format!(">{long}</textarea>")) && !whole.contains("See it whole"), "{whole}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_form_is_shown_again_with_what_was_typed() {
    let door = door().await;
    let cookie = door.log_in().await;
    keep(&door, vec![letter(&door, 0, b"one")]).await;
    let order = "value=%7B%22order_id%22%3A1%7D";
    let refused = post(&door, &cookie, "/admin/dead-letters/1/redrive", order).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = text_of(refused).await;
    assert!(html.contains("It still cannot be read: the field order_amount is missing."), "{html}");
    assert!(html.contains(">{\"order_id\":1}</textarea>") && html.contains("aria-invalid=\"true\""), "{html}");
    // The address of the form leads to the letter, and that of the whole list's to the list.
    let again = door.ask(Method::GET, "/admin/dead-letters/1/redrive", &cookie).await;
    assert_eq!(again.status(), StatusCode::OK);
    assert!(!text_of(again).await.contains("letter-refusal"));
    let list = door.ask(Method::GET, "/admin/dead-letters/redrive-all", &cookie).await;
    assert_eq!(header_of(&list, header::LOCATION), "/admin/dead-letters");
    let none = door.ask(Method::GET, "/admin/dead-letters/2", &cookie).await;
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
    assert_eq!(header_of(&none, header::CACHE_CONTROL), "no-store");
}
