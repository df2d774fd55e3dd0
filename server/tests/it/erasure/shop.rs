//! A customer is forgotten beside a running shop: no address is left, and orders, figures and receipts are.

use crate::harness::browser::Form;
use crate::harness::command::{server, server_reads};
use crate::harness::kept_letter::kept_letter;
use crate::harness::{Browser, Cart, OpenShop, Place, run, until_equal};
use std::path::Path;
use std::process::Output;
use store::{Batch, DeadLetter};

const ANN: &str = "ann.forgotten@example.com";
/// As the key of a dead letter is kept.
const ANN_BASE64: &str = "YW5uLmZvcmdvdHRlbkBleGFtcGxlLmNvbQ==";
const RICE: &[(&str, i64)] = &[("rice", 2)];
const LETTERS: &str = "/admin/dead-letters";
const DELETED: &str = "The e-mail address was deleted.";
/// Every text of a customer's that the database holds, in base64 where it is kept so.
const TEXTS: &str = "select 'order ' || id, email from orders
     union all select 'feedback ' || order_id, comment from feedback
     union all select 'outbox ' || key, payload from outbox where topic = 'feedback'
     union all select 'letter ' || id,
                      coalesce(record_key, '') || coalesce(record_value, '') || record_headers
                      || coalesce(corrected_value, '') || reason || coalesce(discard_reason, '')
                 from dead_letters
     order by 1";

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// What is printed for these numbers.
fn counts(orders: i64, comments: i64, letters: i64) -> String {
    format!(
        "orders: {orders}\nfeedback comments: {comments}\nwaiting comments: 0\ndead letters: {letters}\n\
         subscriptions: 0\nwaiting mails: 0\nlast records: 0\n"
    )
}

fn letter(shop: &OpenShop, offset: i64, value: &[u8]) -> DeadLetter {
    kept_letter(offset, "the value is not JSON", value, shop.clock.now())
}

/// Keeps letters that hold Ann's address in one place each, and two that hold another's; the last is number 7.
async fn keep_letters(shop: &OpenShop) {
    let header = vec![(b"reply-to".to_vec(), Some(b"Ann.Forgotten@example.com".to_vec()))];
    let dead_letters = vec![
        letter(shop, 0, b"{\"email\":\"ann.forgotten\\u0040example.com\""),
        DeadLetter { key: Some(ANN.as_bytes().to_vec()), ..letter(shop, 1, b"seven") },
        DeadLetter { headers: header, ..letter(shop, 2, b"seven") },
        letter(shop, 3, b"email=ann.forgotten%40example.com"),
        letter(shop, 4, b"joann.forgotten@example.com"),
        letter(shop, 5, b"seven"),
        DeadLetter { reason: format!("the value is {ANN}"), ..letter(shop, 6, b"seven") },
    ];
    shop.running.store.count(Batch { dead_letters, ..Batch::default() }).await.unwrap();
}

/// Sends a filled form; answers it and the address of its receipt.
async fn order(browser: &Browser, email: &str) -> (Form, String) {
    let mut form = browser.form().await;
    form.fill(&Cart { goods: RICE, email, is_paid: true });
    let answer = browser.send(&form).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    (form, answer.location.unwrap())
}

/// No file of SQLite's holds these bytes; on PostgreSQL there is none.
#[track_caller]
fn assert_in_no_file(data: &Path, needle: &str) {
    for name in ["pantry.db", "pantry.db-wal"] {
        let bytes = std::fs::read(data.join(name)).unwrap_or_default();
        let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        assert!(!found, "{needle} is in {name}");
    }
}

#[test]
fn a_forgotten_customer_leaves_orders_and_figures_alone() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let (ann, other) = (shop.browser(), shop.browser());
        let (form, receipt) = order(&ann, ANN).await;
        let (_, second) = order(&ann, "Ann.FORGOTTEN@Example.com").await;
        let (_, theirs) = order(&other, "eve@example.com").await;
        let (_, third) = order(&other, "bob@example.com").await;
        let comment = |words: &'static str| [("stars", "4"), ("comment", words)];
        let words = comment("the zebra of my words");
        assert_eq!(ann.post(&receipt, &words).await.status, 303);
        assert_eq!(ann.post(&second, &[("stars", "2")]).await.status, 303);
        assert_eq!(other.post(&theirs, &comment("kept")).await.status, 303);
        assert_eq!(other.post(&third, &comment("ask Ann.Forgotten@example.com")).await.status, 303);
        keep_letters(&shop).await;
        shop.wait_counted().await;
        let mut database = shop.database().await;
        let before = database.texts(TEXTS).await;
        assert!(format!("{before:?}").contains(ANN_BASE64), "{before:?}");

        let dry = said(&server(&place, &["forget", "--dry-run", "ANN.forgotten@example.com"]).await);
        assert_eq!((dry.0, dry.1.as_str()), (Some(0), counts(2, 2, 5).as_str()), "{}", dry.2);
        assert!(dry.2.contains("Nothing was changed"), "{}", dry.2);
        assert_eq!(database.texts(TEXTS).await, before, "a dry run changed something");

        let done = said(&server(&place, &["forget", ANN]).await);
        assert_eq!((done.0, done.1.as_str()), (Some(0), counts(2, 2, 5).as_str()), "{}", done.2);
        assert!(!done.2.contains("example.com") && !done.2.contains("pantry.db-wal"), "{}", done.2);
        for needle in [ANN, ANN_BASE64, "the zebra of my words"] {
            assert_in_no_file(&shop.data, needle);
        }
        let after = database.texts(TEXTS).await;
        let all = format!("{after:?}");
        assert!(all.contains("eve@example.com") && all.contains("bob@example.com"), "{all}");
        assert!(!all.to_lowercase().contains("forgotten@") && !all.contains(ANN_BASE64), "{all}");
        assert!(!all.contains("zebra") && all.contains("\"kept\""), "{all}");

        let again = said(&server(&place, &["forget", "--compact", ANN]).await);
        assert_eq!((again.0, again.1.as_str()), (Some(0), counts(0, 0, 0).as_str()), "{}", again.2);
        assert!(again.2.contains("Nothing in the database holds this address."), "{}", again.2);

        assert_receipts_work(&ann, &form, &receipt, &words).await;
        assert_letters_are_cleared(&shop).await;
        let latest = shop.running.store.latest_feedback(4).await.unwrap();
        assert_eq!(latest.iter().filter(|said| said.comment.is_some()).count(), 1, "{latest:?}");
        let figures = shop.assert_all_agree().await;
        assert_eq!((figures.total_orders_num, figures.total_feedback_num, figures.total_feedback_stars), (4, 4, 14));
        shop.close().await;
        let verified = server(&place, &["verify"]).await;
        assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    });
}

/// The receipt is there without the address; its form makes no second order; what was said does not come back.
async fn assert_receipts_work(ann: &Browser, form: &Form, receipt: &str, words: &[(&str, &str)]) {
    let page = ann.get(receipt).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(DELETED) && page.body.contains("4.80") && page.body.contains("4 stars of 5"));
    assert!(!page.body.contains("forgotten@") && !page.body.contains("We write to"), "{}", page.body);
    assert!(ann.get("/my-orders").await.body.contains(&receipt.replace('&', "&amp;")), "the list lost the order");

    let sent = ann.send(form).await;
    assert_eq!((sent.status.as_u16(), sent.location.as_deref()), (303, Some(receipt)));
    let mut other = form.clone();
    other.set("quantity[rice]", 3);
    assert_eq!(ann.send(&other).await.status, 422, "the key made another order");
    assert!(ann.get(receipt).await.body.contains(DELETED), "the address came back");

    assert_eq!(ann.post(receipt, words).await.status, 303, "the same form again");
    assert_eq!(ann.post(receipt, &[("stars", "1")]).await.status, 409);
    assert!(!ann.get(receipt).await.body.contains("zebra"), "the words came back");
}

/// They say why, cannot be sent back, and can be discarded.
async fn assert_letters_are_cleared(shop: &OpenShop) {
    let owner = Browser::of_owner(shop.running.addr).await;
    let list = owner.get(LETTERS).await.body;
    assert_eq!(list.matches("letter-erased").count(), 4, "{list}");
    for id in 1..=4 {
        let page = owner.get(&format!("{LETTERS}/{id}")).await.body;
        assert!(page.contains("It cannot be sent back.") && !page.contains("Value to send back"), "{page}");
        let refused = owner.post(&format!("{LETTERS}/{id}/redrive"), &[("value", "7")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("data-testid=\"letter-refusal\""), "{}", refused.body);
    }
    let discarded = owner.post(&format!("{LETTERS}/1/discard"), &[("reason", "was erased")]).await;
    assert_eq!(discarded.status, 303);
    let all = owner.post(&format!("{LETTERS}/redrive-all"), &[]).await;
    assert!(all.location.as_deref().is_some_and(|to| to.contains("sent=0")), "{all:?}");
    assert!(owner.get(&format!("{LETTERS}/7")).await.body.contains("(deleted: it held the address"));
    until_equal("open letters", 6, async || shop.running.store.dead_letter_counts().await.unwrap().open).await;
}

#[test]
fn customers_order_while_one_is_forgotten() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let customer = shop.browser();
        order(&customer, ANN).await;
        let input = format!("{ANN}\nnot read\n");
        let orders = async {
            for _ in 0..10 {
                order(&customer, "eve@example.com").await;
            }
        };
        let (done, ()) = tokio::join!(server_reads(&place, &["forget", "-"], &input), orders);
        let done = said(&done);
        assert_eq!((done.0, done.1.as_str()), (Some(0), counts(1, 0, 0).as_str()), "{}", done.2);
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 11);
        shop.close().await;
    });
}

#[test]
fn what_is_no_address_or_no_database_is_said() {
    run(async {
        let place = Place::new();
        for (email, input) in [("ann", ""), ("", ""), ("-", ""), ("-", "ann at example.com\n")] {
            let refused = said(&server_reads(&place, &["forget", email], input).await);
            assert_eq!((refused.0, refused.1.as_str()), (Some(2), ""), "{email:?}");
            assert!(refused.2.starts_with("pantry: cannot forget: EMAIL: "), "{}", refused.2);
            assert_eq!(refused.2.lines().count(), 1, "{}", refused.2);
        }
        let place = place.with("DATABASE_URL", "sqlite://none/pantry.db");
        for arguments in [["forget", ANN].as_slice(), &["forget", ANN, "--dry-run"]] {
            let refused = said(&server(&place, arguments).await);
            assert_eq!((refused.0, refused.1.as_str()), (Some(2), ""));
            assert!(refused.2.contains("there is no database"), "{}", refused.2);
        }
        assert!(!place.path().join("none").exists());
    });
}

#[test]
fn addresses_of_old_orders_go_at_the_start() {
    run(async {
        let place = Place::new().with("ORDERS_EMAIL_KEEP_DAYS", 30);
        let shop = place.open().await;
        let customer = shop.browser();
        let (_, old) = order(&customer, ANN).await;
        let (_, young) = order(&customer, ANN).await;
        // As if it had been made long ago; figures are not looked at here.
        let (now, day) = (shop.clock.now().micros(), 24 * 3_600 * 1_000_000_i64);
        let made = |id: i64, days: i64| format!("update orders set event_time = {} where id = {id}", now - days * day);
        shop.database().await.execute(&made(1, 31)).await;
        shop.database().await.execute(&made(2, 29)).await;
        shop.close().await;

        let shop = place.open().await;
        let kept = "select count(*) from orders where email <> ''";
        let mut database = shop.database().await;
        until_equal("addresses that are kept", 1, async || database.number(kept).await).await;
        assert!(shop.browser().get(&old).await.body.contains(DELETED));
        assert!(shop.browser().get(&young).await.body.contains(ANN));
        shop.close().await;
    });
}
