//! A subscriber who is forgotten, and a database that is brought back from a backup.

use super::{ANN, ask, link_in, one, states};
use crate::harness::command::{back_up, bring_back, server};
use crate::harness::mail_server::MailServer;
use crate::harness::{Cart, Place, run, until, until_equal};
use crate::mails::{SHOP, mailing, wait_arrived, wait_none_waits};

#[test]
fn a_forgotten_subscriber_is_gone() {
    run(async {
        let mut server_of_mails = MailServer::start(&[]).await;
        let place = mailing(Place::new(), &server_of_mails);
        let shop = place.open().await;
        let browser = shop.browser();
        ask(&browser, ANN).await;
        let confirm = wait_arrived(&server_of_mails, 1).await.remove(0).link("/newsletter/confirm", SHOP);
        server_of_mails.stop().await;
        let joined = browser.post(&confirm, &[]).await.location.unwrap();
        let leave = link_in(&browser.get(&joined).await.body, "newsletter-leave");
        let output = server(&place, &["forget", "ann@example.com"]).await;
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.ends_with("subscriptions: 1\nwaiting mails: 1\nlast records: 0\n"), "{said}");
        assert_eq!(shop.database().await.number("select count(*) from mails").await, 0);
        let kept = shop.database().await.number("select count(*) from subscribers where email is not null").await;
        assert_eq!((kept, states(&shop).await), (0, one("forgotten")));
        assert_eq!(browser.post(&confirm, &[]).await.status, 404);
        assert_eq!(browser.post(&leave, &[]).await.status, 303, "whoever leaves has left");
        shop.close().await;
        // The server notes the end, in a transaction of its own.
        let shop = place.open().await;
        until_equal("the end to be noted", one("left"), async || states(&shop).await).await;
        shop.close().await;
    });
}

#[test]
fn a_backup_that_is_brought_back_sends_no_old_newsletter() {
    run(async {
        let mut server_of_mails = MailServer::start(&[]).await;
        server_of_mails.stop().await;
        let place = mailing(Place::new(), &server_of_mails);
        if !place.has_file() {
            return;
        }
        let shop = place.open().await;
        let browser = shop.browser();
        ask(&browser, ANN).await;
        let cart = Cart { goods: &[("rice", 1)], email: "bob@example.com", is_paid: true };
        browser.order(&cart).await;
        let backup = back_up(&place).await;
        shop.close().await;
        bring_back(&place, &backup).await;
        server_of_mails.open().await;
        let shop = place.open().await;
        until("the receipt", async || {
            shop.clock.advance_micros(10_000_000);
            if server_of_mails.arrived().is_empty() { Err(String::new()) } else { Ok(()) }
        })
        .await;
        wait_none_waits(&shop).await;
        let arrived = server_of_mails.arrived();
        assert!(arrived.iter().all(|mail| mail.to == ["bob@example.com"]), "{arrived:?}");
        shop.close().await;
    });
}
