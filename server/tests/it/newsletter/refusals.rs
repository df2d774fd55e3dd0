//! What the forms and links of the newsletter refuse, and how.

use super::{ANN, HOUR, ask, link_in, one, open, states};
use crate::harness::mail_server::MailServer;
use crate::harness::{Place, run, until};
use crate::mails::mailing;

#[test]
fn a_link_is_good_for_two_days_and_its_address_goes_with_it() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        let asked = ask(&browser, ANN).await.location.unwrap();
        let confirm = link_in(&browser.get(&asked).await.body, "newsletter-link");
        shop.clock.advance_micros(47 * HOUR);
        open(&browser, &shop, &confirm).await;
        shop.clock.advance_micros(HOUR + 1);
        for answer in [browser.get(&confirm).await, browser.post(&confirm, &[]).await] {
            assert_eq!(answer.status, 404);
            assert!(answer.body.contains("data-testid=\"newsletter-unknown\""), "{}", answer.body);
        }
        assert_eq!(states(&shop).await, one("asked"));
        shop.close().await;
        let shop = place.open().await;
        until("the address to be deleted", async || {
            let states = states(&shop).await;
            if states.is_empty() { Ok(()) } else { Err(format!("{states:?}")) }
        })
        .await;
        let none = "0".repeat(32);
        let browser = shop.browser();
        for path in ["confirm", "leave"] {
            for query in [String::new(), "?token=".to_owned(), "?token=%3Cb%3E".to_owned(), format!("?token={none}")] {
                let link = format!("/newsletter/{path}{query}");
                assert_eq!(browser.get(&link).await.status, 404, "{link}");
                assert_eq!(browser.post(&link, &[]).await.status, 404, "{link}");
            }
        }
        shop.close().await;
    });
}

#[test]
fn what_is_no_address_is_shown_again_and_gets_into_no_header() {
    run(async {
        let server = MailServer::start(&[]).await;
        let place = mailing(Place::new(), &server);
        let shop = place.open().await;
        let browser = shop.browser();
        for (typed, said) in [
            ("", "Enter your e-mail address."),
            ("nobody", "like name@example.com"),
            ("a@example.com\r\nBcc: b@example.com", "like name@example.com"),
            ("a@example.com\nBcc:b@example.com", "like name@example.com"),
            ("a@example.com, b@example.com", "like name@example.com"),
            (&format!("{}@example.com", "a".repeat(250)), "at most 254 characters"),
        ] {
            let refused = ask(&browser, typed).await;
            assert_eq!(refused.status, 422, "{typed}");
            assert!(refused.body.contains("data-testid=\"error-newsletter-email\"") && refused.body.contains(said));
            let is_one_line = !typed.contains('\n');
            assert!(!is_one_line || refused.body.contains(&format!("value=\"{typed}\"")), "{}", refused.body);
        }
        // Accepted by the form, and nothing that a mail can go to, or that could end a header's line.
        for typed in
            ["a<b>@example.com", "a,b@example.com", "\"a\"@example.com", "a%0d%0aBcc:b@example.com", "ä@example.com"]
        {
            ask(&browser, typed).await;
        }
        assert_eq!(ask(&browser, "last@example.com").await.status, 303);
        until("the last mail", async || {
            let arrived = server.arrived();
            if arrived.iter().any(|mail| mail.to == ["last@example.com"]) {
                Ok(())
            } else {
                Err(format!("{arrived:?}"))
            }
        })
        .await;
        for mail in server.arrived() {
            assert_eq!(
                (mail.to.len(), mail.headers("To"), mail.headers("Bcc"), mail.headers("Cc")),
                (1, 1, 0, 0),
                "{mail:?}"
            );
        }
        shop.close().await;
    });
}

#[test]
fn another_sites_page_changes_nothing_and_a_client_has_a_rate() {
    run(async {
        let place = Place::new().with("TRUSTED_PROXIES", "127.0.0.1").with("RATE_LIMIT_NEWSLETTER_PER_MINUTE", 2);
        let shop = place.open().await;
        let browser = shop.browser();
        for path in ["/newsletter", "/newsletter/confirm?token=0", "/newsletter/leave?token=0"] {
            let post = browser.client().post(browser.url(path)).header("sec-fetch-site", "cross-site");
            assert_eq!(post.form(&[("newsletter_email", ANN)]).send().await.unwrap().status(), 403, "{path}");
        }
        assert!(states(&shop).await.is_empty());
        let from = async |client: &str| {
            let post = browser.client().post(browser.url("/newsletter")).header("x-forwarded-for", client);
            let answer = post.form(&[("newsletter_email", "typed@example.com")]).send().await.unwrap();
            let retry_after = answer.headers().contains_key("retry-after");
            (answer.status().as_u16(), retry_after, answer.text().await.unwrap())
        };
        for _ in 0..2 {
            assert_eq!(from("192.0.2.1").await.0, 303);
        }
        let (status, retry_after, page) = from("192.0.2.1").await;
        assert_eq!((status, retry_after), (429, true));
        assert!(page.contains("value=\"typed@example.com\"") && page.contains("try again in a minute"), "{page}");
        assert_eq!(from("192.0.2.2").await.0, 303, "another client has its own");
        shop.close().await;
    });
}
