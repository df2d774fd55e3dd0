//! Receipts by mail on a whole shop: one for each order, whatever the mail server does and whoever is killed meanwhile,
//! and never in the way of an order.

use crate::harness::command::server;
use crate::harness::database::Database;
use crate::harness::mail_server::{Arrived, Does, MailServer};
use crate::harness::process::ServerProcess;
use crate::harness::{Browser, Cart, OpenShop, Place, run, until, until_equal};
use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

/// Where customers reach the shop, as its mails say.
pub(crate) const SHOP: &str = "https://shop.example.com";
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
const SIGABRT: i32 = 6;
const WAITING: &str = "select count(*) from mails";

/// A place whose mails go to this server.
pub(crate) fn mailing(place: Place, server: &MailServer) -> Place {
    place.with("SMTP_URL", server.url()).with("MAIL_FROM", "Pantry <shop@pantry.example.com>").with("PUBLIC_URL", SHOP)
}

/// Waits for so many mails.
pub(crate) async fn wait_arrived(server: &MailServer, expected: usize) -> Vec<Arrived> {
    until(&format!("{expected} mails"), async || {
        let arrived = server.arrived();
        if arrived.len() >= expected { Ok(arrived) } else { Err(format!("{arrived:?}")) }
    })
    .await
}

/// Waits until no mail waits in the database.
pub(crate) async fn wait_none_waits(shop: &OpenShop) {
    let mut database = shop.database().await;
    until_equal("no mail to wait", 0, async || database.number(WAITING).await).await;
    database.close().await;
}

/// Moves the clock on, a little at each look, until so many mails are here that were tried again. A claim may end
/// meanwhile, so that one arrives twice; each is answered once.
async fn wait_tried_again(shop: &OpenShop, server: &MailServer, expected: usize) -> Vec<Arrived> {
    until(&format!("{expected} mails"), async || {
        shop.clock.advance_micros(10 * SECOND);
        let arrived = once(server.arrived());
        if arrived.len() >= expected { Ok(arrived) } else { Err(format!("{arrived:?}")) }
    })
    .await
}

/// As a mailbox shows them, which drops doubles.
fn once(mut arrived: Vec<Arrived>) -> Vec<Arrived> {
    let mut known = BTreeSet::new();
    arrived.retain(|mail| known.insert(mail.header("Message-ID")));
    arrived
}

async fn order(browser: &Browser, email: &str, rice: i64) -> String {
    browser.order(&Cart { goods: &[("rice", rice), ("tea", 1)], email, is_paid: false }).await
}

#[test]
fn a_receipt_arrives_once_for_each_order() {
    run(async {
        let server = MailServer::start(&[]).await;
        let place = mailing(Place::new(), &server);
        let shop = place.open().await;
        let browser = shop.browser();
        let mut form = browser.form().await;
        form.fill(&Cart { goods: &[("rice", 2), ("tea", 1)], email: "a+b@example.com", is_paid: false });
        let receipt = browser.send(&form).await.location.unwrap();
        assert_eq!(browser.send(&form).await.location.as_deref(), Some(receipt.as_str()), "the same form again");
        let mail = wait_arrived(&server, 1).await.remove(0);
        assert_eq!(mail.to, ["a+b@example.com"]);
        assert_eq!(mail.header("From"), "Pantry <shop@pantry.example.com>");
        assert_eq!(mail.header("To"), "a+b@example.com");
        assert_eq!(mail.header("Subject"), "Your order 1 at Pantry");
        assert!(mail.header("Message-ID").ends_with("@pantry.example.com>"), "{mail:?}");
        assert_eq!(mail.header("List-Unsubscribe"), "", "a receipt is no newsletter");
        let text = mail.text();
        for part in ["2 x ", "at €2.40: €4.80\n", "Total: €7.75 for 3 goods\n", "pay the €7.75 when the box is there"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(mail.link("/order-new-complete", SHOP), receipt);
        assert!(browser.get(&mail.link("/order-new-complete", SHOP)).await.body.contains("€7.75"));

        order(&browser, "b@example.com", 1).await;
        let second = wait_arrived(&server, 2).await.remove(1);
        assert_eq!(
            (second.to[0].as_str(), second.header("Subject").as_str()),
            ("b@example.com", "Your order 2 at Pantry")
        );
        wait_none_waits(&shop).await;
        let operator = Browser::new(shop.running.metrics_addr);
        until("the figures for Prometheus", async || {
            let text = operator.get("/metrics").await.body;
            let wanted = ["pantry_mails_delivered_total 2", "pantry_mail_failures_total 0", "pantry_mails_waiting 0"];
            if wanted.iter().all(|line| text.lines().any(|found| found == *line)) { Ok(()) } else { Err(text) }
        })
        .await;
        assert_eq!(server.arrived().len(), 2);
        shop.close().await;
    });
}

#[test]
fn a_password_is_told_to_the_mail_server_alone() {
    run(async {
        let server = MailServer::start(&[]).await;
        let url = server.url().replace("smtp://", "smtp://shop%40example.com:hush%2Fhush@");
        let place = mailing(Place::new(), &server).with("SMTP_URL", url);
        let shop = place.open().await;
        order(&shop.browser(), "a@example.com", 1).await;
        wait_arrived(&server, 1).await;
        // By Python: base64.b64encode(b"\0shop@example.com\0hush/hush")
        assert_eq!(server.logins(), ["AUTH PLAIN AHNob3BAZXhhbXBsZS5jb20AaHVzaC9odXNo"]);
        shop.close().await;
    });
}

#[test]
fn without_a_mail_server_no_mail_is_written() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        order(&shop.browser(), "a@example.com", 1).await;
        assert_eq!(shop.database().await.number(WAITING).await, 0);
        shop.close().await;
    });
}

#[test]
fn orders_go_on_while_the_mail_server_is_away_and_their_receipts_come_later() {
    run(async {
        let mut server = MailServer::start(&[]).await;
        server.stop().await;
        let place = mailing(Place::new(), &server);
        let shop = place.open().await;
        let browser = shop.browser();
        let began = Instant::now();
        for number in 0..20 {
            order(&browser, &format!("customer-{number}@example.com"), 1).await;
        }
        let took = began.elapsed();
        assert!(took < Duration::from_secs(15), "20 orders took {took:?}");
        let error = "select last_error from mails where last_error is not null";
        let mut database = shop.database().await;
        until("a failed try", async || {
            let errors = database.texts(error).await;
            if format!("{errors:?}").contains("refused") { Ok(()) } else { Err(format!("{errors:?}")) }
        })
        .await;
        assert_eq!(database.number(WAITING).await, 20);
        server.open().await;
        let arrived = wait_tried_again(&shop, &server, 20).await;
        wait_none_waits(&shop).await;
        let to: BTreeSet<String> = arrived.iter().map(|mail| mail.to[0].clone()).collect();
        assert_eq!((to.len(), once(server.arrived()).len()), (20, 20), "one mail an order");
        shop.close().await;
    });
}

#[test]
fn a_mail_server_that_hangs_closes_or_refuses_holds_up_nothing() {
    run(async {
        let does = [Does::HangsAtOnce, Does::Closes, Does::Refuses(451), Does::Refuses(550)];
        let server = MailServer::start(&does).await;
        let place = mailing(Place::new(), &server);
        let shop = place.open().await;
        let browser = shop.browser();
        order(&browser, "first@example.com", 1).await;
        until("the first connection", async || if server.connections() == 1 { Ok(()) } else { Err(String::new()) })
            .await;
        // While it hangs, others are tried, and orders are counted.
        let began = Instant::now();
        order(&browser, "second@example.com", 1).await;
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        let arrived = wait_tried_again(&shop, &server, 2).await;
        wait_none_waits(&shop).await;
        let to: BTreeSet<&str> = arrived.iter().map(|mail| mail.to[0].as_str()).collect();
        assert_eq!(to, BTreeSet::from(["first@example.com", "second@example.com"]));
        assert_eq!(once(server.arrived()).len(), 2);
        shop.close().await;
    });
}

#[test]
fn a_mail_server_that_is_slow_to_part_has_the_mail() {
    run(async {
        let server = MailServer::start(&[Does::HangsAfterwards]).await;
        let place = mailing(Place::new(), &server);
        let shop = place.open().await;
        order(&shop.browser(), "a@example.com", 1).await;
        wait_arrived(&server, 1).await;
        wait_none_waits(&shop).await;
        assert_eq!((server.arrived().len(), server.connections()), (1, 1));
        shop.close().await;
    });
}

#[test]
fn why_a_mail_did_not_go_is_told_without_its_address() {
    run(async {
        let server = MailServer::start(&[Does::Refuses(550); 60]).await;
        let place = mailing(Place::new(), &server);
        let shop = place.open().await;
        order(&shop.browser(), "quiet@example.com", 1).await;
        let mut database = shop.database().await;
        let told = until("the failed try", async || {
            let told = database.texts("select last_error from mails").await;
            if format!("{told:?}").contains("550") { Ok(format!("{told:?}")) } else { Err(format!("{told:?}")) }
        })
        .await;
        assert!(told.contains("not now") && !told.contains("quiet"), "{told}");
        // Two days later nobody needs it any more.
        shop.clock.advance_micros(49 * HOUR);
        wait_none_waits(&shop).await;
        let operator = Browser::new(shop.running.metrics_addr);
        until("what was given up", async || {
            let text = operator.get("/metrics").await.body;
            if text.contains("pantry_mails_given_up_total 1\n") { Ok(()) } else { Err(text) }
        })
        .await;
        assert!(server.arrived().is_empty());
        shop.close().await;
    });
}

#[test]
fn a_shop_stops_in_time_while_the_mail_server_hangs() {
    run(async {
        let server = MailServer::start(&[Does::HangsWithMail]).await;
        let place = mailing(Place::new(), &server);
        let shop = place.open().await;
        order(&shop.browser(), "a@example.com", 1).await;
        let first = wait_arrived(&server, 1).await.remove(0);
        tokio::time::timeout(Duration::from_secs(10), shop.close()).await.expect("it stops in time");
        // The next one sends what was not settled, once the claim is over.
        let shop = place.open().await;
        shop.clock.advance_micros(21 * SECOND);
        let again = wait_arrived(&server, 2).await.remove(1);
        assert_eq!(again, first, "the same mail, by which a mailbox knows a double");
        wait_none_waits(&shop).await;
        shop.close().await;
    });
}

#[test]
fn killed_after_the_mail_went_it_sends_it_again() {
    run(async {
        let server = MailServer::start(&[]).await;
        let place = mailing(Place::at_wall_clock(), &server).with("PANTRY_CRASH_AT", "after_mail_sent:1");
        let shop = ServerProcess::start(&place).await;
        order(&Browser::new(shop.addr), "a@example.com", 1).await;
        let status = shop.wait().await;
        assert_eq!(status.signal(), Some(SIGABRT), "{status}");
        let first = wait_arrived(&server, 1).await.remove(0);
        let mut database = Database::open(&place.database_url()).await;
        assert_eq!(database.number(WAITING).await, 1, "nobody noted that it went");

        let place = place.without("PANTRY_CRASH_AT");
        let shop = ServerProcess::start(&place).await;
        let again = wait_arrived(&server, 2).await.remove(1);
        assert_eq!(again, first);
        until_equal("no mail to wait", 0, async || database.number(WAITING).await).await;
        assert_eq!(server.arrived().len(), 2);
        shop.kill().await;
    });
}

#[test]
fn a_forgotten_customer_gets_no_mail_that_waited() {
    run(async {
        let mut server_of_mails = MailServer::start(&[]).await;
        server_of_mails.stop().await;
        let place = mailing(Place::new(), &server_of_mails);
        let shop = place.open().await;
        order(&shop.browser(), "ann@example.com", 1).await;
        order(&shop.browser(), "bob@example.com", 1).await;
        let said = |output: std::process::Output| String::from_utf8(output.stdout).unwrap();
        let counted = "subscriptions: 0\nwaiting mails: 1\nlast records: 0\n";
        assert!(said(server(&place, &["forget", "--dry-run", "Ann@Example.com"]).await).ends_with(counted));
        assert_eq!(shop.database().await.number(WAITING).await, 2, "a dry run deletes nothing");
        assert!(said(server(&place, &["forget", "Ann@Example.com"]).await).ends_with(counted));
        server_of_mails.open().await;
        let arrived = wait_tried_again(&shop, &server_of_mails, 1).await;
        wait_none_waits(&shop).await;
        assert_eq!((arrived[0].to[0].as_str(), once(server_of_mails.arrived()).len()), ("bob@example.com", 1));
        shop.close().await;
    });
}
