//! The owner's page of alerts tried from outside, through the whole router: rules are kept or refused with everything
//! that was typed, history and messages are told in the owner's time, and the button for a test does one thing.

use super::owner_tests::{Door, door, header_of, text_of};
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use domain::alert::{Finding, Limited};
use domain::{RuleKind, Rules};
use store::{Change, Zone};

const ALERTS: &str = "/admin/alerts";
const GOOD: &str = "no_orders=on&no_orders_minutes=45&opens_at=18%3A00&closes_at=02%3A30&requests_per_minute=7\
                    &low_revenue=on&waiting_seconds=5&closing_minutes=9";

pub(super) async fn post(door: &Door, path: &str, cookie: &str, body: impl Into<Body>) -> Response<Body> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookie);
    door.send(request.body(body.into()).unwrap()).await
}

/// The page of alerts, with this query.
pub(super) async fn page(door: &Door, cookie: &str, query: &str) -> String {
    let page = door.ask(Method::GET, &format!("{ALERTS}{query}"), cookie).await;
    assert_eq!(page.status(), StatusCode::OK);
    text_of(page).await
}

/// The tag of the field with this name.
fn field<'a>(html: &'a str, name: &str) -> &'a str {
    let at = html.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name} in {html}"));
    let from = html[..at].rfind('<').unwrap();
    &html[from..from + html[from..].find('>').unwrap()]
}

fn is_ticked(html: &str, name: &str) -> bool {
    field(html, name).contains(" checked")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_empty_page_says_so_and_shows_the_defaults() {
    let door = door().await;
    let cookie = door.log_in().await;
    let html = page(&door, &cookie, "").await;
    for test_id in ["alerts-none", "alerts-never", "deliveries-none", "webhook-host"] {
        assert!(html.contains(&format!("data-testid=\"{test_id}\"")), "{test_id} in {html}");
    }
    assert!(html.contains("https://hooks.example.com"), "{html}");
    let on = ["no_orders", "many_requests", "low_revenue", "waiting_events", "no_minute_closed", "dead_letters"];
    assert_eq!(on.map(|name| is_ticked(&html, name)), [false, false, false, true, true, true]);
    assert!(field(&html, "opens_at").contains("value=\"08:00\""), "{}", field(&html, "opens_at"));
    assert!(!html.contains("aria-invalid"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rules_are_kept_as_they_were_typed() {
    let door = door().await;
    let cookie = door.log_in().await;
    let answer = post(&door, ALERTS, &cookie, GOOD).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(header_of(&answer, header::LOCATION), "/admin/alerts?kept=rules");
    let mut expected = Rules { low_revenue_is_on: true, dead_letters_is_on: false, ..Rules::DEFAULT };
    expected.no_orders.is_on = true;
    expected.no_orders.minutes = Limited::new(45).unwrap();
    expected.no_orders.hours.opens_at = domain::alert::TimeOfDay::parse("18:00").unwrap();
    expected.no_orders.hours.closes_at = domain::alert::TimeOfDay::parse("02:30").unwrap();
    expected.many_requests.per_minute = Limited::new(7).unwrap();
    expected.waiting_events.is_on = false;
    expected.waiting_events.seconds = Limited::new(5).unwrap();
    expected.no_minute_closed.is_on = false;
    expected.no_minute_closed.minutes = Limited::new(9).unwrap();
    assert_eq!(door.store.alert_rules().await.unwrap(), expected);
    let told = text_of(door.ask(Method::GET, "/admin/alerts?kept=rules", &cookie).await).await;
    assert!(told.contains("The rules are kept."), "{told}");
    assert!(is_ticked(&told, "no_orders") && !is_ticked(&told, "dead_letters"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_form_keeps_everything_and_changes_nothing() {
    let door = door().await;
    let cookie = door.log_in().await;
    let typed = GOOD.replace("=45", "=%3Cb%3Esoon").replace("=7&", "=1%2C000&").replace("=02%3A30", "=");
    let refused = post(&door, ALERTS, &cookie, typed).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = text_of(refused).await;
    for (name, value, words) in [
        ("no_orders_minutes", "&lt;b>soon", "from 5 to 1440"),
        ("closes_at", "", "such as 08:00"),
        ("requests_per_minute", "1,000", "from 1 to 1000000"),
    ] {
        let tag = field(&html, name);
        assert!(tag.contains("aria-invalid=\"true\"") && tag.contains(&format!("{name}-error")), "{tag}");
        assert!(tag.contains(&format!("value=\"{value}")) || tag.contains("value=\"&lt;b&gt;soon"), "{tag}");
        let told = html.split_once(&format!("data-testid=\"error-{name}\"")).unwrap().1;
        assert!(told.split('<').next().unwrap().contains(words), "{name}");
    }
    assert!(!html.contains("<b>soon"));
    for (name, value) in [("opens_at", "18:00"), ("waiting_seconds", "5")] {
        let tag = field(&html, name);
        assert!(tag.contains(&format!("value=\"{value}\"")) && !tag.contains("aria-invalid"), "{tag}");
    }
    let boxes = ["no_orders", "many_requests", "low_revenue", "waiting_events", "dead_letters"];
    assert_eq!(boxes.map(|name| is_ticked(&html, name)), [true, false, true, false, false]);
    assert!(html.contains("Nothing was changed yet."));
    assert_eq!(door.store.alert_rules().await.unwrap(), Rules::DEFAULT);
    for (body, status) in [(Vec::new(), 422), (vec![0xff, 0, b'&', b'='], 422), (vec![b'a'; 65 * 1_024], 413)] {
        assert_eq!(post(&door, ALERTS, &cookie, body).await.status().as_u16(), status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn history_is_told_in_the_owners_time() {
    let door = door().await;
    let cookie = door.log_in().await;
    door.store.set_time_zone(&Zone::named("Asia/Kathmandu").unwrap()).await.unwrap();
    let now = door.store.now();
    let finding = |figure| Finding { words: format!("{figure} <b>records</b>."), figure, threshold: 0 };
    let begin = |rule, figure| vec![(rule, Change::Begins(finding(figure)))];
    let earlier = now.plus_micros(-3 * 3_600_000_000);
    door.store.settle_alerts(earlier, begin(RuleKind::DeadLetters, 7), true).await.unwrap();
    let ends = vec![(RuleKind::DeadLetters, Change::Ends)];
    door.store.settle_alerts(earlier.plus_micros(125_000_000), ends, true).await.unwrap();
    door.store.settle_alerts(now.plus_micros(-60_000_000), begin(RuleKind::NoOrders, 61), true).await.unwrap();
    let html = page(&door, &cookie, "").await;
    let (open, rest) = html.split_once("data-testid=\"alerts-open\"").unwrap().1.split_once("</ul>").unwrap();
    assert!(
        open.contains("No orders") && open.contains("61 &lt;b&gt;records") && open.contains("for 1 min."),
        "{open}"
    );
    let ended = rest.split_once("data-testid=\"alerts-ended\"").unwrap().1.split_once("</table>").unwrap().0;
    let zone = Zone::named("Asia/Kathmandu").unwrap();
    let began = zone.words(domain::Minute::of(earlier), "%a %-d %b %Y, %H:%M");
    assert!(ended.contains(&began) && ended.contains("2 min") && ended.contains("Dead letters"), "{began} in {ended}");
    let deliveries = html.split_once("data-testid=\"deliveries\"").unwrap().1;
    for what in ["Dead letters began", "Dead letters ended", "No orders began", "On its way"] {
        assert!(deliveries.contains(what), "{what} in {deliveries}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_of_the_history_can_be_reached() {
    let door = door().await;
    let cookie = door.log_in().await;
    let now = door.store.now();
    for figure in 0..60 {
        let finding = Finding { words: format!("Found {figure}."), figure, threshold: 0 };
        let changes = vec![(RuleKind::DeadLetters, Change::Begins(finding)), (RuleKind::DeadLetters, Change::Ends)];
        door.store.settle_alerts(now.plus_micros(figure), changes, false).await.unwrap();
    }
    for (query, found, is_told, ways) in [
        ("", [59, 10], "1 to 50 of 60. ", vec!["Earlier alerts"]),
        ("?skip=50", [9, 0], "51 to 60 of 60. ", vec!["Later alerts"]),
        ("?skip=20", [39, 0], "21 to 60 of 60. ", vec!["Later alerts"]),
        ("?skip=no+number", [59, 10], "1 to 50 of 60. ", vec!["Earlier alerts"]),
    ] {
        let html = text_of(door.ask(Method::GET, &format!("{ALERTS}{query}"), &cookie).await).await;
        let listed: Vec<i64> = html
            .split("Found ")
            .skip(1)
            .filter_map(|rest| rest.split_once('.').and_then(|(number, _)| number.parse().ok()))
            .collect();
        assert_eq!([listed.first().copied(), listed.last().copied()], found.map(Some), "{query}");
        assert!(html.contains(is_told), "{query}: {is_told}");
        let told: Vec<&str> =
            ["Later alerts", "Earlier alerts"].into_iter().filter(|way| html.contains(*way)).collect();
        assert_eq!(told, ways, "{query}");
    }
    let beyond = text_of(door.ask(Method::GET, &format!("{ALERTS}?skip=100"), &cookie).await).await;
    assert!(beyond.contains("Later alerts") && beyond.contains("No earlier alert is kept."), "{beyond}");
    assert!(!beyond.contains("Found "), "{beyond}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_button_sends_one_test_at_a_time() {
    let door = door().await;
    let cookie = door.log_in().await;
    for leads_to in ["/admin/alerts?test=sent", "/admin/alerts?test=waits"] {
        let answer = post(&door, "/admin/alerts/test", &cookie, Body::empty()).await;
        assert_eq!((answer.status(), header_of(&answer, header::LOCATION).as_str()), (StatusCode::SEE_OTHER, leads_to));
    }
    assert_eq!(door.store.alert_deliveries().await.unwrap().len(), 1);
    let again = door.ask(Method::GET, "/admin/alerts/test", &cookie).await;
    assert_eq!(header_of(&again, header::LOCATION), ALERTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn alerts_are_the_owners_alone() {
    let door = door().await;
    for (method, path, status) in [
        (Method::GET, ALERTS, 303),
        (Method::GET, "/admin/alerts/test", 303),
        (Method::POST, ALERTS, 401),
        (Method::POST, "/admin/alerts/test", 401),
        (Method::POST, "/api/admin/alerts", 401),
    ] {
        let answer = door.ask(method.clone(), path, "pantry_session=none").await;
        assert_eq!(answer.status().as_u16(), status, "{method} {path}");
        assert!(!text_of(answer).await.contains("no_orders"), "{method} {path}");
    }
    assert_eq!(post(&door, ALERTS, "", GOOD).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(door.store.alert_rules().await.unwrap(), Rules::DEFAULT);
    assert!(door.store.alert_deliveries().await.unwrap().is_empty());
}
