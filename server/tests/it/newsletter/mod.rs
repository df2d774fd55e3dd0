//! The newsletter on a whole shop: asked for, confirmed and left by links, with a mail server and without; no opened
//! link changes anything, and nobody learns who is subscribed. `journey` goes the whole way, `refusals` is what the
//! forms refuse, `care` what a forgotten subscriber and a backup leave.

mod care;
mod journey;
mod refusals;

use crate::harness::browser::Answer;
use crate::harness::{Browser, OpenShop};

const ANN: &str = "Ann@example.com";
const HOUR: i64 = 3_600 * 1_000_000;

async fn ask(browser: &Browser, email: &str) -> Answer {
    browser.post("/newsletter", &[("newsletter_email", email)]).await
}

/// How many subscribers are in each state.
async fn states(shop: &OpenShop) -> Vec<(String, i64)> {
    let mut database = shop.database().await;
    let sql = "select state, cast(count(*) as text) from subscribers group by state order by state";
    let rows = database.texts(sql).await;
    database.close().await;
    rows.into_iter().map(|row| (row[0].clone().unwrap(), row[1].clone().unwrap().parse().unwrap())).collect()
}

#[track_caller]
fn one(state: &str) -> Vec<(String, i64)> {
    vec![(state.to_owned(), 1)]
}

/// The address in a page's only link with this test id.
#[track_caller]
fn link_in(page: &str, test_id: &str) -> String {
    let (before, _) = page.split_once(&format!("data-testid=\"{test_id}\"")).unwrap_or_else(|| panic!("{page}"));
    let tag = &before[before.rfind("<a ").unwrap()..];
    tag.split_once("href=\"").unwrap().1.split('"').next().unwrap().replace("&amp;", "&")
}

/// Opens a link as people and scanners do; it must change nothing.
async fn open(browser: &Browser, shop: &OpenShop, link: &str) -> Answer {
    let before = states(shop).await;
    let head = browser.client().head(browser.url(link)).send().await.unwrap();
    assert_eq!(head.status(), 200);
    let answer = browser.get(link).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!answer.body.contains("leptos-island data-component"), "{link} loads no module");
    assert_eq!(states(shop).await, before, "opening {link} changed something");
    answer
}
