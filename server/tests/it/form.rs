//! The order form as it is posted: one order per key, nothing ordered that was not shown, and never a 500.

use crate::harness::browser::Form;
use crate::harness::{Browser, Cart, OpenShop, Place, run, until};
use std::collections::BTreeMap;

const CART: Cart<'static> = Cart { goods: &[("rice", 2)], email: "eve@example.com", is_paid: true };

/// What the shop reads of a post at most.
const BODY_BYTES_MAX: usize = 64 * 1_024;

async fn orders(shop: &OpenShop) -> i64 {
    shop.database().await.number("select count(*) from orders").await
}

async fn filled(browser: &Browser) -> Form {
    let mut form = browser.form().await;
    form.fill(&CART);
    form
}

#[test]
fn one_key_makes_one_order() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        let form = filled(&browser).await;
        let first = browser.send(&form).await;
        assert_eq!(first.status, 303);
        let address = first.location.unwrap();
        let again = browser.send(&form).await;
        assert_eq!((again.status.as_u16(), again.location.as_deref()), (303, Some(address.as_str())));

        // At the same time, from another window.
        let other = filled(&browser).await;
        let both = tokio::join!(browser.send(&other), browser.send(&other), browser.send(&other));
        let addresses = [both.0.location, both.1.location, both.2.location];
        assert!(addresses.iter().all(|address| *address == addresses[0] && address.is_some()), "{addresses:?}");
        assert_eq!(orders(&shop).await, 2);

        let mut changed = form.clone();
        changed.set("quantity[rice]", 3);
        let refused = browser.send(&changed).await;
        assert_eq!((refused.status.as_u16(), refused.location), (422, None));
        let token = address.rsplit('=').next().unwrap();
        assert!(!refused.body.contains(token), "the first order's token is revealed");
        let shown = Form::read(&refused.body);
        assert_ne!(shown.key(), form.key(), "the form comes back with a fresh key");
        assert_eq!(shown.0["quantity[rice]"], "3", "what was typed stays");
        assert_eq!(shown.0["email"], "eve@example.com");
        assert_eq!(orders(&shop).await, 2);
        assert_eq!(browser.send(&shown).await.status, 303, "the fresh key orders");
        assert_eq!(orders(&shop).await, 3);
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 3);
        shop.close().await;
    });
}

#[test]
fn what_was_not_shown_is_not_ordered() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        let form = filled(&browser).await;
        let mut database = shop.database().await;
        database.execute("update goods set price = 250 where slug = 'rice'").await;
        let refused = browser.send(&form).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("€2.50") && refused.body.contains("error-quantity-rice"), "{}", refused.body);
        let shown = Form::read(&refused.body);
        assert_eq!((shown.0["price[rice]"].as_str(), shown.0["quantity[rice]"].as_str()), ("250", "2"));
        database.execute("update goods set is_sold = 0 where slug = 'rice'").await;
        let refused = browser.send(&shown).await;
        assert_eq!(refused.status, 422);
        assert_eq!(orders(&shop).await, 0);
        database.execute("update goods set is_sold = 1 where slug = 'rice'").await;
        assert_eq!(browser.send(&shown).await.status, 303, "seen and confirmed, it is ordered");
        assert_eq!(database.number("select total_price from orders").await, 500);
        shop.close().await;
    });
}

#[test]
fn broken_posts_are_answered_with_what_is_wrong() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        let form = filled(&browser).await;
        for missing in form.0.keys().filter(|name| !["pay_now"].contains(&name.as_str())) {
            let mut broken = form.clone();
            broken.0.remove(missing);
            let answer = browser.send(&broken).await;
            // A price is asked for only where something is ordered.
            let is_needless = missing.starts_with("price[") && missing != "price[rice]";
            if is_needless {
                continue;
            }
            assert_eq!(answer.status, 422, "without {missing}");
        }
        let wrong: [(&str, String); 8] = [
            ("quantity[rice]", "-1".into()),
            ("quantity[rice]", "100".into()),
            ("quantity[rice]", "1e1".into()),
            ("quantity[rice]", "0".into()),
            ("email", "nobody".into()),
            ("email", format!("{}@example.com", "x".repeat(250))),
            ("submission_key", "x".repeat(32)),
            ("price[rice]", "free".into()),
        ];
        // What a key without its price ordered stands under that key, so these take a fresh form.
        let form = filled(&browser).await;
        let before = orders(&shop).await;
        for (name, value) in wrong {
            let mut broken = form.clone();
            broken.set(name, &value);
            let answer = browser.send(&broken).await;
            assert_eq!(answer.status, 422, "{name} {value}: {}", answer.body);
            assert!(answer.body.contains("error-") || answer.body.contains("class=\"error"), "{name}: {}", answer.body);
        }
        let url_encoded = "application/x-www-form-urlencoded";
        let posts: [(&str, Vec<u8>); 7] = [
            (url_encoded, Vec::new()),
            (url_encoded, b"&&&==%%%zz&quantity[=1".to_vec()),
            (url_encoded, vec![0xff; 1_000]),
            (url_encoded, vec![b'a'; 65 * 1_024]),
            (url_encoded, (0..2_000).flat_map(|n| format!("quantity[g{n}]=1&").into_bytes()).collect()),
            ("application/json", b"{\"email\":1}".to_vec()),
            ("multipart/form-data", b"--".to_vec()),
        ];
        for (kind, body) in posts {
            let (what, is_too_long) = (format!("{kind}, {} bytes", body.len()), body.len() > BODY_BYTES_MAX);
            match shop.browser().try_post("/order-new", kind, body).await {
                Ok(answer) => assert!(answer.status.is_client_error(), "{what}: {}", answer.status),
                // What is too long is not read to its end, so its sender may find the connection
                // closed; each of these has one of its own.
                Err(error) => assert!(is_too_long, "{what}: {error:?}"),
            }
        }
        for body in ["", "{", "[]", "{\"form\":7}", "{\"form\":{}}", "{\"form\":\"\"}x"] {
            let body = body.as_bytes().to_vec();
            let status = browser.try_post("/api/orders", "application/json", body.clone()).await.unwrap().status;
            assert_eq!(status, 400, "/api/orders: {body:?}");
        }
        let status = browser.try_post("/", "", Vec::new()).await.unwrap().status;
        assert!(status.is_client_error(), "/: {status}");
        assert_eq!(orders(&shop).await, before, "nothing of it was ordered");
        shop.close().await;
    });
}

#[test]
fn a_form_shown_again_and_a_page_not_found_are_no_views() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        assert_eq!(browser.send(&Form(BTreeMap::new())).await.status, 422);
        for path in
            ["/nowhere", "/order-new-complete?order=00000000000000000000000000000000", "/healthz", "/favicon.svg"]
        {
            browser.get(path).await;
        }
        browser.client().head(browser.url("/")).send().await.unwrap();
        browser.get("/").await;
        until("the one view", async || {
            let requests = shop.figures().await.requests_num;
            if requests == 1 { Ok(()) } else { Err(requests.to_string()) }
        })
        .await;
        assert_eq!(shop.assert_all_agree().await.requests_num, 1);
        shop.close().await;
    });
}
