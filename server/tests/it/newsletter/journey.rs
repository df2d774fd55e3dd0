//! From the form to the mailbox, in, out and in again.

use super::{ANN, HOUR, ask, link_in, one, open, states};
use crate::harness::browser::Answer;
use crate::harness::mail_server::MailServer;
use crate::harness::{Place, run, until_equal};
use crate::mails::{SHOP, mailing, wait_arrived, wait_none_waits};
use streams::{Topic, Totals};

#[test]
fn a_subscriber_joins_and_leaves_by_mail() {
    run(async {
        let server = MailServer::start(&[]).await;
        let place = mailing(Place::new(), &server);
        let shop = place.open().await;
        let browser = shop.browser();
        assert!(browser.get("/").await.body.contains("data-testid=\"newsletter-form\""), "the form is in the foot");
        let asked = ask(&browser, ANN).await;
        assert_eq!((asked.status.as_u16(), asked.location.as_deref()), (303, Some("/newsletter/asked")));
        assert!(browser.get("/newsletter/asked").await.body.contains("data-testid=\"newsletter-mailed\""));
        let mail = wait_arrived(&server, 1).await.remove(0);
        assert_eq!((mail.to[0].as_str(), mail.header("List-Unsubscribe").as_str()), (ANN, ""));
        let confirm = mail.link("/newsletter/confirm", SHOP);
        assert!(open(&browser, &shop, &confirm).await.body.contains("Yes, I want it"));
        assert_eq!(states(&shop).await, one("asked"));
        let token = confirm.split('=').next_back().unwrap();
        let kept = "select email, confirm_hash from subscribers";
        assert!(!format!("{:?}", shop.database().await.texts(kept).await).contains(token), "its hash alone is kept");

        let joined = browser.post(&confirm, &[]).await;
        assert_eq!(joined.status, 303, "{}", joined.body);
        assert_eq!(states(&shop).await, one("joined"));
        assert_eq!(browser.post(&confirm, &[]).await.location, joined.location, "again, it stays so");
        let page = browser.get(&joined.location.unwrap()).await.body;
        assert!(page.contains("data-testid=\"newsletter-joined\""), "{page}");

        let welcome = wait_arrived(&server, 2).await.remove(1);
        let leave = welcome.link("/newsletter/leave", SHOP);
        assert_eq!(link_in(&page, "newsletter-leave"), leave);
        assert_eq!(welcome.header("List-Unsubscribe"), format!("<{SHOP}{leave}>"));
        assert_eq!(welcome.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert!(open(&browser, &shop, &leave).await.body.contains("Yes, leave it"));
        for _ in 0..2 {
            let left = browser.post(&leave, &[]).await;
            assert_eq!((left.status.as_u16(), left.location.as_deref()), (303, Some("/newsletter/left")));
            assert_eq!(states(&shop).await, one("left"));
        }
        assert!(open(&browser, &shop, "/newsletter/left").await.body.contains("data-testid=\"newsletter-left\""));
        // A mail program posts by itself, and is not led on.
        let one_click = browser.post(&leave, &[("List-Unsubscribe", "One-Click")]).await;
        assert_eq!((one_click.status.as_u16(), one_click.location), (200, None));
        assert_eq!(browser.post(&confirm, &[]).await.status, 404, "the link that joined is gone");
        let kept = shop.database().await.number("select count(*) from subscribers where email is not null").await;
        assert_eq!(kept, 0, "of who left no address is kept");

        ask(&browser, "ann@EXAMPLE.com").await;
        let confirm = wait_arrived(&server, 3).await.remove(2).link("/newsletter/confirm", SHOP);
        assert_eq!(browser.post(&confirm, &[]).await.status, 303);
        assert_eq!(states(&shop).await, [("joined".to_owned(), 1), ("left".to_owned(), 1)]);
        let again = wait_arrived(&server, 4).await.remove(3).link("/newsletter/leave", SHOP);
        assert_ne!(again, leave);
        assert_eq!(browser.post(&leave, &[]).await.status, 303, "the old link leaves what it left");
        assert_eq!(states(&shop).await, [("joined".to_owned(), 1), ("left".to_owned(), 1)]);
        // Each change is one event, however often it was asked for.
        let changes = Totals([2, 1, 1].map(Some).to_vec());
        until_equal("the changes to be counted", changes, async || {
            shop.running.store.totals_ever(Topic::subscriptions()).await.unwrap()
        })
        .await;
        shop.assert_all_agree().await;
        wait_none_waits(&shop).await;
        shop.close().await;
    });
}

#[test]
fn without_a_mail_server_the_link_is_on_the_page() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        for email in [ANN, "bob@example.com", ANN] {
            let asked = ask(&browser, email).await;
            let page = open(&browser, &shop, &asked.location.unwrap()).await.body;
            let confirm = link_in(&page, "newsletter-link");
            open(&browser, &shop, &confirm).await;
            let joined = browser.post(&confirm, &[]).await.location.unwrap();
            assert!(browser.get(&joined).await.body.contains("data-testid=\"newsletter-joined\""));
        }
        assert_eq!(states(&shop).await, [("joined".to_owned(), 2)], "one subscription an address");
        assert_eq!(shop.database().await.number("select count(*) from mails").await, 0);
        shop.close().await;
    });
}

#[test]
fn nobody_learns_who_is_subscribed_and_no_mailbox_is_filled() {
    run(async {
        let server = MailServer::start(&[]).await;
        let place = mailing(Place::new(), &server);
        let shop = place.open().await;
        let browser = shop.browser();
        let first = ask(&browser, ANN).await;
        let same = |other: &Answer| {
            assert_eq!((other.status, &other.location, &other.body), (first.status, &first.location, &first.body));
        };
        same(&ask(&browser, ANN).await);
        let confirm = wait_arrived(&server, 1).await.remove(0).link("/newsletter/confirm", SHOP);
        assert_eq!(browser.post(&confirm, &[]).await.status, 303);
        wait_arrived(&server, 2).await;
        same(&ask(&browser, ANN).await);
        same(&ask(&browser, "stranger@example.com").await);
        wait_arrived(&server, 3).await;
        wait_none_waits(&shop).await;
        let to_ann = || server.arrived().iter().filter(|mail| mail.to[0] == ANN).count();
        assert_eq!(to_ann(), 2, "one that asks, and the first of the newsletter");
        // Later one may ask again, and one who has joined is asked like any other.
        for expected in [3, 4, 5, 6, 6] {
            shop.clock.advance_micros(HOUR / 4 + 1);
            same(&ask(&browser, ANN).await);
            wait_none_waits(&shop).await;
            until_equal("mails to Ann", expected, async || to_ann()).await;
        }
        let newest = server.arrived().pop().unwrap().link("/newsletter/confirm", SHOP);
        assert_eq!(browser.post(&newest, &[]).await.status, 303);
        assert_eq!(states(&shop).await, [("asked".to_owned(), 1), ("joined".to_owned(), 1)]);
        shop.close().await;
    });
}
