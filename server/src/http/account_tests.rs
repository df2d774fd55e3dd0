//! The owner's account tried from outside, through the whole router with a database of its own: the password, sessions,
//! the second factor and the key that signs cookies.

use super::owner_tests::{Door, PASSWORD, door, header_of, text_of};
use crate::second_factor::code_at;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use std::time::Duration;

const ACCOUNT: &str = "/admin/account";
const NEW_PASSWORD: &str = "battery staple";
const MINUTE_MICROS: i64 = 60_000_000;

async fn post(door: &Door, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Response<Body> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0")
        .header(header::COOKIE, cookie);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    door.send(request.body(Body::from(body)).unwrap()).await
}

async fn change(door: &Door, cookie: &str, form: &str, fields: &[(&str, &str)]) -> Response<Body> {
    post(door, ACCOUNT, cookie, &[&[("do", form)], fields].concat()).await
}

async fn status(door: &Door, cookie: &str) -> StatusCode {
    door.ask(Method::GET, ACCOUNT, cookie).await.status()
}

async fn page(door: &Door, cookie: &str) -> String {
    text_of(door.ask(Method::GET, ACCOUNT, cookie).await).await
}

/// The cookie of a log-in with these fields; `None` where it did not lead in.
async fn try_in(door: &Door, fields: &[(&str, &str)]) -> Result<String, Box<Response<Body>>> {
    let response = post(door, "/admin/login", "", fields).await;
    if response.status() != StatusCode::SEE_OTHER {
        return Err(response.into());
    }
    Ok(header_of(&response, header::SET_COOKIE).split(';').next().unwrap().to_owned())
}

/// What stands in the HTML between two texts.
fn between<'a>(html: &'a str, before: &str, after: &str) -> &'a str {
    html.split_once(before).unwrap_or_else(|| panic!("{before} in {html}")).1.split_once(after).unwrap().0
}

/// Turns the second factor on; its secret and recovery codes.
async fn turn_on(door: &Door, cookie: &str) -> (String, Vec<String>) {
    let begun = change(door, cookie, "begin-factor", &[("current", PASSWORD)]).await;
    assert_eq!(header_of(&begun, header::LOCATION), "/admin/account?done=begin-factor");
    let html = page(door, cookie).await;
    let secret = between(between(&html, "data-testid=\"factor-secret\"", "</code>"), ">", "<").replace(' ', "");
    let code = code_at(&secret, door.store.now());
    let confirmed = change(door, cookie, "confirm-factor", &[("code", &code)]).await;
    assert_eq!(confirmed.status(), StatusCode::OK);
    assert_eq!(header_of(&confirmed, header::CACHE_CONTROL), "no-store");
    let html = text_of(confirmed).await;
    let list = between(&html, "<ol class=\"recovery-codes\">", "</ol>");
    let codes: Vec<_> = list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

/// The ticket of a first step with this password.
async fn ticket(door: &Door, password: &str) -> String {
    let asked = *try_in(door, &[("password", password)]).await.unwrap_err();
    assert_eq!(asked.status(), StatusCode::OK);
    assert_eq!(header_of(&asked, header::SET_COOKIE), "");
    let html = text_of(asked).await;
    between(between(&html, "name=\"ticket\"", ">"), "value=\"", "\"").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_of_it_answers_without_a_session() {
    let door = door().await;
    assert_eq!(status(&door, "").await, StatusCode::SEE_OTHER);
    for form in app::account::AccountForm::ALL {
        assert_eq!(change(&door, "", form.name(), &[]).await.status(), StatusCode::UNAUTHORIZED, "{form:?}");
    }
    let picture = door.ask(Method::GET, "/admin/account/second-factor.svg", "").await;
    assert_eq!(picture.status(), StatusCode::SEE_OTHER);
    assert_eq!(door.ask(Method::POST, "/api/admin/account", "").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_from_another_site_is_refused() {
    let door = door().await;
    let cookie = door.log_in().await;
    let request = Request::post(ACCOUNT)
        .header(header::COOKIE, &cookie)
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let response = door.send(request.body(Body::from("do=end-all")).unwrap()).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(status(&door, &cookie).await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_password_ends_all_other_sessions() {
    let door = door().await;
    let (this, other) = (door.log_in().await, door.log_in().await);
    let fields = [("current", PASSWORD), ("new", NEW_PASSWORD), ("repeated", NEW_PASSWORD)];
    let changed = change(&door, &this, "password", &fields).await;
    assert_eq!(header_of(&changed, header::LOCATION), "/admin/account?done=password");
    assert_eq!(status(&door, &this).await, StatusCode::OK);
    assert_eq!(status(&door, &other).await, StatusCode::SEE_OTHER);
    assert!(try_in(&door, &[("password", PASSWORD)]).await.is_err());
    assert!(try_in(&door, &[("password", NEW_PASSWORD)]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_wrong_with_a_new_password_stands_beside_its_field() {
    let door = door().await;
    let cookie = door.log_in().await;
    let long = "x".repeat(1_025);
    for (current, new, repeated, wrong) in [
        (PASSWORD, "short", "short", "password-new"),
        (PASSWORD, &long, &long, "password-new"),
        (PASSWORD, NEW_PASSWORD, "battery stable", "password-repeated"),
        ("wrong", NEW_PASSWORD, NEW_PASSWORD, "password-current"),
        ("", NEW_PASSWORD, NEW_PASSWORD, "password-current"),
    ] {
        let fields = [("current", current), ("new", new), ("repeated", repeated)];
        let refused = change(&door, &cookie, "password", &fields).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = text_of(refused).await;
        assert!(html.contains(&format!("data-testid=\"error-{wrong}\"")), "{wrong}");
        assert_eq!(html.matches("class=\"field-error\"").count(), 1, "{wrong}");
        assert!(!html.contains(NEW_PASSWORD), "a password comes back");
    }
    for _ in 0..3 {
        change(&door, &cookie, "begin-factor", &[("current", "wrong")]).await;
    }
    let refused = change(&door, &cookie, "begin-factor", &[("current", PASSWORD)]).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_ne!(header_of(&refused, header::RETRY_AFTER), "");
    assert!(text_of(refused).await.contains("Too many attempts"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_are_listed_and_ended() {
    let door = door().await;
    let this = try_in(&door, &[("password", PASSWORD)]).await.unwrap();
    let (second, third) = (door.log_in().await, door.log_in().await);
    let html = page(&door, &this).await;
    assert_eq!(html.matches("name=\"session\"").count(), 2);
    assert!(html.contains("Firefox on Linux") && html.contains("This one"));
    let id = between(between(&html, "name=\"session\"", ">"), "value=\"", "\"");
    assert_eq!(change(&door, &this, "end-session", &[("session", id)]).await.status(), StatusCode::SEE_OTHER);
    let lives = [status(&door, &second).await, status(&door, &third).await];
    assert_eq!(lives.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{lives:?}");
    change(&door, &this, "end-session", &[("session", "")]).await;
    assert_eq!(status(&door, &this).await, StatusCode::OK);
    change(&door, &this, "end-others", &[]).await;
    assert_eq!(page(&door, &this).await.matches("name=\"session\"").count(), 0);
    let everywhere = change(&door, &this, "end-all", &[]).await;
    assert_eq!(header_of(&everywhere, header::LOCATION), "/admin/login");
    assert!(header_of(&everywhere, header::SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(status(&door, &this).await, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_use_is_noted_once_a_minute() {
    let door = door().await;
    let cookie = door.log_in().await;
    let last_used = async || door.store.sessions().await.unwrap().0[0].last_used_at;
    let began = last_used().await;
    door.clock.advance_micros(MINUTE_MICROS / 2);
    status(&door, &cookie).await;
    assert_eq!(last_used().await, began);
    door.clock.advance_micros(MINUTE_MICROS);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(15);
    while last_used().await == began {
        assert!(tokio::time::Instant::now() < deadline, "the use is never noted");
        status(&door, &cookie).await;
        tokio::task::yield_now().await;
    }
    assert!(last_used().await.micros_since(began) >= MINUTE_MICROS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_factor_takes_each_code_once() {
    let door = door().await;
    let (this, other) = (door.log_in().await, door.log_in().await);
    let wrong = change(&door, &this, "begin-factor", &[("current", "wrong")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let (secret, codes) = turn_on(&door, &this).await;
    assert_eq!(status(&door, &other).await, StatusCode::SEE_OTHER, "a session without it goes on");
    assert!(!page(&door, &this).await.contains(&secret), "the secret is shown again");
    let picture = door.ask(Method::GET, "/admin/account/second-factor.svg", &this).await;
    assert_eq!(picture.status(), StatusCode::NOT_FOUND);

    // The code that turned it on was used.
    let code = code_at(&secret, door.store.now());
    let ticket_of_right = ticket(&door, PASSWORD).await;
    let replayed = *try_in(&door, &[("ticket", &ticket_of_right), ("code", &code)]).await.unwrap_err();
    assert_eq!(replayed.status(), StatusCode::UNPROCESSABLE_ENTITY);
    door.clock.advance_micros(MINUTE_MICROS);
    let code = code_at(&secret, door.store.now());
    let ticket_of_right = ticket(&door, PASSWORD).await;
    assert!(try_in(&door, &[("ticket", &ticket_of_right), ("code", &code)]).await.is_ok());
    assert!(try_in(&door, &[("ticket", &ticket_of_right), ("code", &code)]).await.is_err());
    // So is a recovery code.
    door.clock.advance_micros(MINUTE_MICROS);
    let ticket_of_right = ticket(&door, PASSWORD).await;
    assert!(try_in(&door, &[("ticket", &ticket_of_right), ("code", &codes[3])]).await.is_ok());
    assert!(try_in(&door, &[("ticket", &ticket_of_right), ("code", &codes[3])]).await.is_err());
    assert!(page(&door, &this).await.contains("9 recovery codes are left"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stranger_does_not_learn_whether_the_password_was_right() {
    let door = door().await;
    let (secret, _) = turn_on(&door, &door.log_in().await).await;
    door.clock.advance_micros(MINUTE_MICROS);
    let (right, wrong) = (ticket(&door, PASSWORD).await, ticket(&door, "wrong").await);
    let said = async |ticket: &str, code: &str| {
        let response = *try_in(&door, &[("ticket", ticket), ("code", code)]).await.unwrap_err();
        let status = response.status();
        (status, between(&text_of(response).await, "data-testid=\"login-failure\"", "</p>").to_owned())
    };
    assert_eq!(said(&right, "000000").await, said(&wrong, "000000").await);
    // A right code does not help a wrong password, and five attempts are enough: two passwords, two codes, this one.
    let code = code_at(&secret, door.store.now());
    assert_eq!(said(&wrong, &code).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(said(&right, &code).await.0, StatusCode::TOO_MANY_REQUESTS);
    door.clock.advance_micros(2 * MINUTE_MICROS);
    assert!(try_in(&door, &[("ticket", &right), ("code", &code_at(&secret, door.store.now()))]).await.is_ok());
    door.clock.advance_micros(3 * MINUTE_MICROS);
    let late = *try_in(&door, &[("ticket", &right), ("code", &code_at(&secret, door.store.now()))]).await.unwrap_err();
    assert!(text_of(late).await.contains("took too long"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_is_turned_off_with_password_and_code() {
    let door = door().await;
    let cookie = door.log_in().await;
    let (secret, codes) = turn_on(&door, &cookie).await;
    door.clock.advance_micros(MINUTE_MICROS);
    let code = code_at(&secret, door.store.now());
    for (current, code, wrong) in
        [("wrong", code.as_str(), "current"), (PASSWORD, "000000", "code"), (PASSWORD, "", "code")]
    {
        let refused = change(&door, &cookie, "end-factor", &[("current", current), ("code", code)]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text_of(refused).await.contains(&format!("data-testid=\"error-end-factor-{wrong}\"")));
    }
    let renewed = change(&door, &cookie, "new-codes", &[("current", PASSWORD), ("code", &codes[0])]).await;
    assert_eq!(renewed.status(), StatusCode::OK);
    let html = text_of(renewed).await;
    assert!(html.contains("10 recovery codes are left") && !html.contains(&codes[1]));
    let old = change(&door, &cookie, "end-factor", &[("current", PASSWORD), ("code", &codes[1])]).await;
    assert_eq!(old.status(), StatusCode::UNPROCESSABLE_ENTITY, "an old code still works");
    let ended = change(&door, &cookie, "end-factor", &[("current", PASSWORD), ("code", &code)]).await;
    assert_eq!(header_of(&ended, header::LOCATION), "/admin/account?done=end-factor");
    assert!(try_in(&door, &[("password", PASSWORD)]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_set_up_can_be_cancelled_and_runs_out() {
    let door = door().await;
    let cookie = door.log_in().await;
    for is_cancelled in [true, false] {
        change(&door, &cookie, "begin-factor", &[("current", PASSWORD)]).await;
        let picture = door.ask(Method::GET, "/admin/account/second-factor.svg", &cookie).await;
        assert_eq!(header_of(&picture, header::CONTENT_TYPE), "image/svg+xml");
        assert_eq!(header_of(&picture, header::CACHE_CONTROL), "no-store");
        if is_cancelled {
            change(&door, &cookie, "cancel-factor", &[]).await;
        } else {
            door.clock.advance_micros(60 * MINUTE_MICROS);
        }
        assert!(!page(&door, &cookie).await.contains("factor-secret"));
        assert_eq!(
            change(&door, &cookie, "confirm-factor", &[("code", "000000")]).await.status(),
            StatusCode::CONFLICT
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_key_is_renewed_and_sessions_go_on() {
    let door = door().await;
    let cookie = door.log_in().await;
    let before = door.store.cookie_keys().await;
    let renewed = change(&door, &cookie, "renew-keys", &[]).await;
    assert_eq!(header_of(&renewed, header::LOCATION), "/admin/account?done=renew-keys");
    let after = door.store.cookie_keys().await;
    assert_ne!(after.current, before.current);
    assert_eq!(after.previous.as_ref(), Some(&before.current));
    assert!(page(&door, &cookie).await.contains("Renewed last"));
    // No cookie of the key before can be older than a year and a day.
    door.clock.advance_micros(367 * 24 * 60 * MINUTE_MICROS);
    assert_eq!(door.store.cookie_keys().await.previous, None);
}
