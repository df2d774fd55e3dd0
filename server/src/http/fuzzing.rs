//! What must hold of requests, whatever they bring: posted forms, cookies, addresses. See `crate::fuzzing`.

use super::arrival::{arrival, login_address};
use super::owner_paths::{is_login, is_owners, refusal};
use super::session::SessionToken;
use super::{letters, posted, trailing_slash};
use app::cookies::came_over_https;
use app::posted_order::posted_order;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use domain::order::{FORM_LINES_MAX, GOODS_PER_ORDER_MAX};
use domain::{Email, Field, Money, NewOrder, NewOrderLine, OrderForm, Problem, Quantity, SubmissionKey};
use std::collections::{BTreeMap, BTreeSet};
use url::{Url, form_urlencoded};

/// An input is the body of a post to `/order-new`, or the JSON of the same form.
pub fn order_form(data: &[u8]) {
    let posted = posted_order(data);
    assert_eq!(posted_order(posted_again(&posted).as_bytes()), posted, "a form that is sent again is the same");
    check_order(&posted);
    if let Ok(form) = serde_json::from_slice::<OrderForm>(data) {
        check_order(&form);
    }
}

fn posted_again(form: &OrderForm) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    let texts = [("submission_key", &form.submission_key), ("email", &form.email), ("pay_now", &form.pay_now)];
    for (name, text) in texts {
        body.extend_pairs(text.iter().map(|text| (name, text)));
    }
    body.extend_pairs(form.quantity.iter().map(|(slug, text)| (format!("quantity[{slug}]"), text)));
    body.extend_pairs(form.price.iter().map(|(slug, text)| (format!("price[{slug}]"), text)));
    body.finish()
}

/// A form is an order exactly when it keeps every rule, and then it is the order that it says.
fn check_order(form: &OrderForm) {
    let json = serde_json::to_string(form).expect("texts serialise");
    assert_eq!(serde_json::from_str::<OrderForm>(&json).expect("it reads back"), *form);

    let slugs: BTreeSet<&String> = form.quantity.keys().chain(form.price.keys()).collect();
    let lines: Result<Vec<NewOrderLine>, Broken> =
        slugs.iter().filter_map(|slug| line(form, slug).transpose()).collect();
    let amount = lines.as_ref().map_or(0, |lines| lines.iter().map(|line| line.quantity).sum());
    let key = form.submission_key.as_deref().and_then(SubmissionKey::parse);
    let email = form.email.as_deref().and_then(|text| Email::parse(text).ok());
    let keeps_rules = key.is_some()
        && email.is_some()
        && slugs.len() <= FORM_LINES_MAX
        && (1..=GOODS_PER_ORDER_MAX).contains(&amount);
    match NewOrder::parse(form) {
        Ok(order) => {
            assert!(keeps_rules, "{form:?}");
            assert_eq!(Ok(&order.lines), lines.as_ref());
            assert!(order.lines.is_sorted_by(|one, other| one.slug < other.slug));
            assert!(order.lines.iter().all(|line| (1..=99).contains(&line.quantity)));
            assert!(order.email.as_str().len() <= 254);
            assert_eq!((Some(&order.submission_key), Some(&order.email)), (key.as_ref(), email.as_ref()));
            assert_eq!(order.is_paid, form.pay_now.is_some());
            let again = posted_order(posted_again(&form_of(&order)).as_bytes());
            assert_eq!(NewOrder::parse(&again), Ok(order));
        }
        Err(errors) => {
            assert!(!keeps_rules && !errors.is_empty(), "{form:?}");
            for error in &errors {
                assert_eq!(errors.iter().filter(|other| *other == error).count(), 1, "{error:?} is said twice");
                match (&error.field, &error.problem) {
                    (Field::Quantity(slug), _) => assert!(slugs.contains(slug) && line(form, slug).is_err()),
                    (_, Problem::TooManyGoods(amount)) => assert!(*amount > GOODS_PER_ORDER_MAX),
                    (Field::Email, _) => assert!(email.is_none()),
                    (Field::Order, _) => {}
                }
            }
        }
    }
}

/// A good of the form breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Broken;

/// One good; `None` when none of it is wanted.
fn line(form: &OrderForm, slug: &str) -> Result<Option<NewOrderLine>, Broken> {
    let typed = form.quantity.get(slug).ok_or(Broken)?;
    let quantity = Quantity::parse(typed).map_err(|_| Broken)?.get();
    if quantity == 0 {
        return Ok(None);
    }
    let cents = form.price.get(slug).and_then(|cents| cents.parse().ok()).ok_or(Broken)?;
    Ok(Some(NewOrderLine { slug: slug.to_owned(), quantity, shown_price: Money::from_cents(cents) }))
}

fn form_of(order: &NewOrder) -> OrderForm {
    let by_slug = |text: fn(&NewOrderLine) -> String| -> BTreeMap<String, String> {
        order.lines.iter().map(|line| (line.slug.clone(), text(line))).collect()
    };
    OrderForm {
        submission_key: Some(order.submission_key.as_str().to_owned()),
        email: Some(order.email.as_str().to_owned()),
        pay_now: order.is_paid.then(|| "yes".to_owned()),
        quantity: by_slug(|line| line.quantity.to_string()),
        price: by_slug(|line| line.shown_price.cents().to_string()),
    }
}

/// The value in the owner's form for a dead letter.
pub(crate) fn letter_value(body: &[u8]) -> Option<String> {
    posted::field(body, "value")
}

/// An input is lines: the header `x-forwarded-proto`, then headers `cookie`.
pub fn cookies(data: &[u8]) {
    const TOKENS_MAX: usize = 4;
    let mut lines = data.split(|byte| *byte == b'\n').map(HeaderValue::from_bytes);
    let mut headers = HeaderMap::new();
    if let Some(Ok(protocol)) = lines.next() {
        headers.insert(HeaderName::from_static("x-forwarded-proto"), protocol);
    }
    let cookies: Vec<HeaderValue> = lines.filter_map(Result::ok).collect();
    for cookie in &cookies {
        headers.append(header::COOKIE, cookie.clone());
    }
    let is_https = came_over_https(&headers);
    let tokens = SessionToken::all_of(&headers);
    assert!(tokens.len() <= TOKENS_MAX);
    let mut pairs = cookies.iter().filter_map(|cookie| cookie.to_str().ok()).flat_map(|text| text.split(';'));
    for token in &tokens {
        let set_cookie = token.cookie(is_https).expect("a header's text");
        let set_cookie = set_cookie.to_str().expect("plain text");
        assert_eq!(set_cookie.ends_with("; Secure"), is_https);
        // What the browser is given is a pair that it sent, in this order, and is known again.
        let pair = set_cookie.split(';').next().unwrap_or_default();
        let name = if is_https { "__Host-pantry_session=" } else { "pantry_session=" };
        assert_eq!(pair.len(), name.len() + 43, "{pair}");
        assert!(pairs.any(|sent| sent.trim() == pair), "{pair} was not sent");
        let mut sent = headers.clone();
        sent.insert(header::COOKIE, HeaderValue::from_str(pair).expect("plain text"));
        assert!(SessionToken::all_of(&sent) == std::slice::from_ref(token));
        let hash = token.hash();
        assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    }
}

/// An input is what stands behind the method in a request: path and query.
pub fn addresses(data: &[u8]) {
    assert!(std::str::from_utf8(data).ok().and_then(letters::number).is_none_or(|number| number >= 1));
    let Ok(uri) = Uri::try_from(data) else { return };
    let (path, query) = (uri.path(), uri.query());
    assert!(!is_login(path) || is_owners(path));
    check_arrival(&uri);
    for method in [Method::GET, Method::HEAD, Method::POST] {
        // Any answer will do.
        let _ = refusal(&method, path);
    }
    if !path.starts_with('/') {
        return;
    }
    let shop = Url::parse("https://shop.example/").expect("an address");
    match trailing_slash::canonical(path, query) {
        Some(address) => {
            assert!(HeaderValue::from_str(&address).is_ok(), "{address:?}");
            let to = shop.join(&address).expect("a browser goes there");
            assert_eq!(to.origin(), shop.origin(), "{address} leads away");
            let (to_path, _) = address.split_once('?').unwrap_or((&address, ""));
            assert_eq!(trailing_slash::canonical(to_path, None), None, "{address} is sent on again");
            assert!(!is_owners(path) || is_owners(to_path), "{path} is guarded, {to_path} is not");
        }
        None => {
            // So leptos reads it, and it panics where it cannot.
            let address = uri.path_and_query().map_or("", |address| address.as_str());
            let seen = shop.join(address).unwrap_or_else(|error| panic!("{address}: {error}"));
            assert_eq!(seen.origin(), shop.origin(), "{address} is seen as another site's");
            assert!(is_owners(path) || !is_owners(seen.path()), "{path} is not guarded, {} is", seen.path());
        }
    }
    check_spellings(path);
}

/// The log-in leads to a page of the owner's on this site, whatever was asked for before it and whatever its address
/// says.
fn check_arrival(uri: &Uri) {
    let shop = Url::parse("https://shop.example/").expect("an address");
    let login = login_address(uri);
    let said = Uri::try_from(login.as_str()).expect("an address");
    assert!(is_login(said.path()), "{login}");
    for arrival in [arrival(uri), arrival(&said)] {
        let to = shop.join(&arrival).expect("a browser goes there");
        assert!(to.origin() == shop.origin() && is_owners(to.path()) && !is_login(to.path()), "{arrival}");
        assert!(HeaderValue::from_str(&arrival).is_ok(), "{arrival:?}");
    }
    if said.query().is_some() {
        assert_eq!(Some(arrival(&said).as_str()), uri.path_and_query().map(|asked_for| asked_for.as_str()));
    }
}

/// An owner's path stays one, however it is spelt.
fn check_spellings(path: &str) {
    if !is_owners(path) {
        return;
    }
    let encoded: String =
        path.bytes().map(|byte| if byte == b'/' { "/".to_owned() } else { format!("%{byte:02X}") }).collect();
    if !path.contains('%') {
        assert!(is_owners(&encoded), "{encoded}");
    }
    assert!(is_owners(&path.to_ascii_uppercase()), "{path}");
    assert!(is_owners(&format!("/{path}")) && is_owners(&format!("/.{path}")), "{path}");
}
