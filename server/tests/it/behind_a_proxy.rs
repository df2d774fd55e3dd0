//! A shop behind a proxy, which this test is: many clients share its address, and none of them locks the others out.
//! And what any client may send without an error of the shop's.

use crate::harness::{Browser, OpenShop, Place, run};
use reqwest::{RequestBuilder, Response};

const STRANGER: &str = "198.51.100.7";
const OWNER: &str = "192.0.2.1";

fn place() -> Place {
    Place::new().with("TRUSTED_PROXIES", "127.0.0.1").with("RATE_LIMIT_ORDERS_PER_MINUTE", 3)
}

async fn through(proxy: RequestBuilder, client: &str) -> Response {
    let proxied = proxy.header("x-forwarded-for", client).header("x-forwarded-proto", "https");
    proxied.send().await.unwrap()
}

/// Tries a password as `client`, with this cookie; answers status and cookies.
async fn try_password(shop: &OpenShop, client: &str, cookie: &str, password: &str) -> (u16, Vec<String>) {
    let browser = shop.browser();
    let post = browser.client().post(browser.url("/admin/login")).header("cookie", cookie);
    let answer = through(post.form(&[("password", password)]), client).await;
    let cookies = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
    (answer.status().as_u16(), cookies.collect())
}

#[test]
fn strangers_do_not_lock_the_owner_out() {
    run(async {
        let place = place();
        let shop = place.open().await;
        let (status, cookies) = try_password(&shop, OWNER, "", "a long password").await;
        assert_eq!(status, 303);
        let known =
            cookies.iter().find(|cookie| cookie.starts_with("__Host-pantry_browser=")).expect("a browser's cookie");
        let known = known.split(';').next().unwrap();
        for _ in 0..5 {
            assert_eq!(try_password(&shop, STRANGER, "", "a wrong password").await.0, 422);
        }
        assert_eq!(try_password(&shop, STRANGER, "", "a long password").await.0, 429, "it has no more attempts");
        assert_eq!(try_password(&shop, OWNER, "", "a long password").await.0, 303, "another address has");
        assert_eq!(try_password(&shop, STRANGER, known, "a long password").await.0, 303, "a browser known before has");
        shop.close().await;
    });
}

#[test]
fn a_client_over_its_rate_keeps_what_was_typed_and_others_order() {
    run(async {
        let place = place();
        let shop = place.open().await;
        let browser = shop.browser();
        let mut form = browser.form().await;
        form.set("quantity[rice]", 1);
        form.set("email", "kept@example.com");
        let send = async |client| {
            let mut form = form.clone();
            form.set("submission_key", uuid::Uuid::new_v4().simple());
            through(browser.client().post(browser.url("/order-new")).form(&form.0), client).await
        };
        for _ in 0..3 {
            assert_eq!(send(STRANGER).await.status(), 303);
        }
        let refused = send(STRANGER).await;
        assert_eq!(refused.status(), 429);
        assert!(refused.headers().contains_key("retry-after"));
        assert!(refused.text().await.unwrap().contains("kept@example.com"), "what was typed stays");
        let hydrated = through(browser.client().post(browser.url("/api/orders")).body("x"), STRANGER).await;
        assert_eq!((hydrated.status().as_u16(), hydrated.text().await.unwrap().as_str()), (429, "\"Busy\""));
        assert_eq!(send(OWNER).await.status(), 303);
        shop.close().await;
    });
}

#[test]
fn https_is_kept_and_requests_have_ids() {
    run(async {
        let place = place();
        let shop = place.open().await;
        let browser = shop.browser();
        let get = |path: &str| browser.client().get(browser.url(path));
        let answer = through(get("/").header("x-request-id", "from-the-proxy"), OWNER).await;
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
        assert_eq!(answer.headers()["x-request-id"], "from-the-proxy");
        let answer = through(get("/").header("x-request-id", "a b"), OWNER).await;
        assert_eq!(answer.headers()["x-request-id"].len(), 32);
        let answer = get("/").send().await.unwrap();
        assert!(!answer.headers().contains_key("strict-transport-security"), "not over http");
        shop.close().await;
    });
}

#[test]
fn no_address_and_no_range_is_an_error_of_the_shops() {
    run(async {
        let place = Place::new();
        std::fs::write(place.path().join("site/robots.txt"), "0123456789").unwrap();
        let shop = place.open().await;
        let browser: Browser = shop.browser();
        for path in [format!("/{}", "a".repeat(60_000)), format!("/{}", "a".repeat(256)), "/a".repeat(600)] {
            assert_eq!(browser.get(&path).await.status, 414, "{} bytes", path.len());
            assert_eq!(browser.get(&format!("/pkg{path}")).await.status, 414, "{} bytes", path.len());
        }
        for (range, status, body) in [("bytes=0-1", 206, "01"), ("bytes=0-1,4-5", 200, "0123456789")] {
            let get = browser.client().get(browser.url("/robots.txt")).header("range", range);
            let answer = get.send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (status, body), "{range}");
        }
        shop.close().await;
    });
}
