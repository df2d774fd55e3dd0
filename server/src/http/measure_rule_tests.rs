//! The owner's forms for rules on measures tried from outside, through the whole router: a rule is added, changed and
//! deleted, or refused with everything that was typed.

use super::alert_tests::{page, post};
use super::owner_tests::{Door, door, header_of, text_of};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::alert::{Limited, MEASURE_RULES_MAX, MeasureCondition, Side};

const MEASURES: &str = "/admin/alerts/measures";
const GOOD: &str = "measure=new_orders%2Ftotal_orders_price&side=below&value=45.50&minutes=60";

/// Where a form that was kept leads to.
async fn kept(door: &Door, path: &str, cookie: &str, body: &str) -> String {
    let answer = post(door, path, cookie, body.to_owned()).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path} {body}");
    header_of(&answer, header::LOCATION)
}

/// The tag of the element with this id.
fn tag<'a>(html: &'a str, id: &str) -> &'a str {
    let at = html.find(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("no {id} in {html}"));
    let from = html[..at].rfind('<').unwrap();
    &html[from..from + html[from..].find('>').unwrap()]
}

/// What the element with this test id says.
fn told<'a>(html: &'a str, test_id: &str) -> &'a str {
    let rest = html.split_once(&format!("data-testid=\"{test_id}\"")).unwrap_or_else(|| panic!("no {test_id}")).1;
    rest.split_once('>').unwrap().1.split('<').next().unwrap()
}

/// What of `html` is chosen in its lists.
fn chosen(html: &str) -> Vec<&str> {
    let options =
        html.split("<option").skip(1).filter(|option| option.split('>').next().unwrap().contains(" selected"));
    options.map(|option| option.split_once("value=\"").unwrap().1.split('"').next().unwrap()).collect()
}

fn condition(side: Side, threshold: i64, minutes: i64) -> MeasureCondition {
    MeasureCondition { side, threshold, minutes: Limited::new(minutes).unwrap() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rule_is_added_changed_and_deleted() {
    let door = door().await;
    let cookie = door.log_in().await;
    let html = page(&door, &cookie, "").await;
    assert_eq!(told(&html, "measure-rules-none"), "No rule on a measure yet.");
    assert!(html.contains("Orders, the price of these orders, in euros"), "{html}");
    assert_eq!(chosen(&html), ["above"]);
    // A stream's page leads here with the stream chosen.
    let stream = text_of(door.ask(Method::GET, "/admin/streams/subscriptions", &cookie).await).await;
    assert!(stream.contains("href=\"/admin/alerts?stream=subscriptions#measure-rule-add\""), "{stream}");
    assert_eq!(chosen(&page(&door, &cookie, "?stream=subscriptions").await), ["subscriptions/joined_num", "above"]);
    assert_eq!(chosen(&page(&door, &cookie, "?stream=%3Cb%3E").await), ["above"]);

    assert_eq!(kept(&door, MEASURES, &cookie, GOOD).await, "/admin/alerts?kept=added");
    let rule = door.store.measure_rules().await.unwrap().remove(0);
    assert_eq!((rule.topic.as_str(), rule.measure.as_str(), rule.digits), ("new_orders", "total_orders_price", 2));
    assert_eq!((rule.is_on, rule.condition), (true, condition(Side::Below, 4_550, 60)));
    let html = page(&door, &cookie, "?kept=added").await;
    assert!(told(&html, "alerts-news").starts_with("The rule is added."), "{html}");
    let rules = html.split_once("data-testid=\"measure-rules\"").unwrap().1;
    assert!(rules.contains("Orders, the price of these orders") && rules.contains("below €45.50 over 60 minutes"));
    let value = format!("value-{}", rule.id);
    assert!(tag(&html, &value).contains("value=\"45.50\"") && rules.contains("Value, in euros"), "{rules}");

    let one = format!("{MEASURES}/{}", rule.id);
    let changed = "side=above&value=7&minutes=1";
    assert_eq!(kept(&door, &one, &cookie, changed).await, "/admin/alerts?kept=changed");
    let rule = door.store.measure_rules().await.unwrap().remove(0);
    assert_eq!((rule.is_on, rule.condition), (false, condition(Side::Above, 700, 1)), "the box was not ticked");
    assert!(page(&door, &cookie, "").await.contains("(off)"));
    assert_eq!(kept(&door, &format!("{one}/delete"), &cookie, "").await, "/admin/alerts?kept=deleted");
    assert!(door.store.measure_rules().await.unwrap().is_empty());
    // Pressed again, in another window.
    for path in [format!("{one}/delete"), one.clone(), format!("{MEASURES}/none"), format!("{MEASURES}/none/delete")] {
        assert_eq!(kept(&door, &path, &cookie, changed).await, "/admin/alerts?kept=deleted", "{path}");
    }
    for path in [MEASURES, one.as_str()] {
        let again = door.ask(Method::GET, path, &cookie).await;
        assert_eq!(header_of(&again, header::LOCATION), "/admin/alerts", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_form_keeps_everything_and_changes_nothing() {
    let door = door().await;
    let cookie = door.log_in().await;
    let typed = "measure=new_orders%2Ftotal_orders_price&side=below&value=%3Cb%3E1%2C000&minutes=1441";
    let refused = post(&door, MEASURES, &cookie, typed).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = text_of(refused).await;
    for (id, words) in [("value-new", "such as 12.50"), ("minutes-new", "from 1 to 1440")] {
        let field = tag(&html, id);
        assert!(field.contains("aria-invalid=\"true\"") && field.contains(&format!("{id}-error")), "{field}");
        assert!(told(&html, &format!("error-{id}")).contains(words), "{id}");
    }
    assert!(!html.contains("<b>1,000") && html.contains("1,000\""), "{}", tag(&html, "value-new"));
    assert_eq!(chosen(&html), ["new_orders/total_orders_price", "below"]);
    assert!(!tag(&html, "side-new").contains("aria-invalid") && told(&html, "measure-refusal").contains("Nothing"));
    // The form that was refused comes before the history.
    assert!(html.find("measure-rules-heading") < html.find("alert-history-heading"));
    for (body, field) in [
        (GOOD.replace("45.50", "-1"), "error-value-new"),
        (GOOD.replace("45.50", "0"), "error-value-new"),
        (GOOD.replace("total_orders_price", "none"), "error-measure-new"),
        (GOOD.replace("new_orders%2F", ""), "error-measure-new"),
        (GOOD.replace("below", "beside"), "error-side-new"),
        (String::new(), "error-minutes-new"),
    ] {
        let refused = post(&door, MEASURES, &cookie, body.clone()).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(!told(&text_of(refused).await, field).is_empty(), "{body}");
    }
    assert_eq!(post(&door, MEASURES, &cookie, vec![b'a'; 65 * 1_024]).await.status().as_u16(), 413);
    assert!(door.store.measure_rules().await.unwrap().is_empty());

    kept(&door, MEASURES, &cookie, GOOD).await;
    let known = text_of(post(&door, MEASURES, &cookie, GOOD).await).await;
    assert!(told(&known, "error-value-new").contains("such a rule already"), "{known}");
    let rule = door.store.measure_rules().await.unwrap().remove(0);
    let refused = post(&door, &format!("{MEASURES}/{}", rule.id), &cookie, "side=above&value=soon&minutes=5").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = text_of(refused).await;
    let value = format!("value-{}", rule.id);
    assert!(tag(&html, &value).contains("value=\"soon\"") && html.contains("<details open"), "{html}");
    assert!(!tag(&html, "value-new").contains("aria-invalid"), "the other form is as it was");
    assert_eq!(door.store.measure_rules().await.unwrap(), [rule]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rule_of_what_nobody_declares_is_shown_and_there_are_not_too_many() {
    let door = door().await;
    let cookie = door.log_in().await;
    door.store.add_measure_rule("air", "pm25_max", 1, condition(Side::Above, 305, 5)).await.unwrap();
    let html = page(&door, &cookie, "").await;
    for words in ["air, pm25_max", "above 30.5 over 5 minutes", "(no longer declared)"] {
        assert!(html.contains(words), "{words} in {html}");
    }
    // It can be switched off, changed and deleted all the same.
    let one = format!("{MEASURES}/1");
    assert_eq!(kept(&door, &one, &cookie, "side=above&value=-2.5&minutes=5").await, "/admin/alerts?kept=changed");
    for minutes in 1..MEASURE_RULES_MAX {
        kept(&door, MEASURES, &cookie, &GOOD.replace("=60", &format!("={minutes}"))).await;
    }
    let html = page(&door, &cookie, "").await;
    assert!(told(&html, "measure-rules-full").contains("There are 50 rules") && !html.contains("measure-rule-new"));
    let refused = post(&door, MEASURES, &cookie, GOOD).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told(&text_of(refused).await, "measure-refusal").contains("There are 50 rules already."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rules_on_measures_are_the_owners_alone() {
    let door = door().await;
    door.store.add_measure_rule("air", "pm25_max", 1, condition(Side::Above, 305, 5)).await.unwrap();
    let before = door.store.measure_rules().await.unwrap();
    for path in [MEASURES, "/admin/alerts/measures/1", "/admin/alerts/measures/1/delete"] {
        for cookie in ["", "pantry_session=none"] {
            assert_eq!(post(&door, path, cookie, GOOD).await.status(), StatusCode::UNAUTHORIZED, "{path}");
            let page = door.ask(Method::GET, path, cookie).await;
            assert_eq!(header_of(&page, header::LOCATION), "/admin/login", "{path}");
        }
        let cookie = door.log_in().await;
        let foreign = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site");
        let answer = door.send(foreign.body(Body::from(GOOD)).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(door.store.measure_rules().await.unwrap(), before);
}
