//! Many at once: every order and every page view is in each figure, exactly.

use crate::harness::{Browser, Cart, Place, run};
use domain::{Figures, Money};

/// Customers at the same time.
const CUSTOMERS: i64 = 32;
const ORDERS: i64 = 1_000;
const PAGE_VIEWS: i64 = 10_000;
/// Views of pages that ask the database; the others are of one that does not.
const ASKING: i64 = 800;
/// How often a customer asks for a page; the shop waits some seconds by itself before it says that it is busy.
const TRIES_MAX: usize = 5;

/// One customer's part: orders with a form of their own, page views of both kinds.
async fn visit(browser: Browser, customer: i64) -> Figures {
    let part = |total: i64| total / CUSTOMERS + i64::from(customer < total % CUSTOMERS);
    let stranger = browser.stranger();
    let mut form = browser.form().await;
    let mut expected = Figures::requests(1);
    for number in 0..part(ORDERS) {
        let (quantity, is_paid) = (1 + number % 3, number % 2 == 0);
        form.set("submission_key", uuid::Uuid::new_v4().simple());
        form.0.remove("pay_now");
        form.fill(&Cart { goods: &[("salt", quantity)], email: "many@example.com", is_paid });
        let answer = browser.send(&form).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        expected = expected.plus(Figures::order(quantity, Money::from_cents(65 * quantity), is_paid)).unwrap();
    }
    for _ in 0..part(ASKING) - 1 {
        view(&browser).await;
    }
    for _ in 0..part(PAGE_VIEWS - ASKING) {
        assert_eq!(stranger.get("/my-orders").await.status, 200);
    }
    expected.plus(Figures::requests(part(ASKING) - 1 + part(PAGE_VIEWS - ASKING))).unwrap()
}

/// Looks at a page, again when the shop says that it is too busy: only the page that was shown counts.
async fn view(browser: &Browser) {
    for _ in 0..TRIES_MAX {
        match browser.get("/").await.status.as_u16() {
            200 => return,
            status => assert_eq!(status, 503),
        }
    }
    panic!("the shop was too busy {TRIES_MAX} times in a row");
}

#[test]
fn a_thousand_orders_and_ten_thousand_views_end_exact() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let visits: Vec<_> = (0..CUSTOMERS).map(|customer| tokio::spawn(visit(shop.browser(), customer))).collect();
        let mut expected = Figures::ZERO;
        for visit in visits {
            expected = expected.plus(visit.await.unwrap()).unwrap();
        }
        assert_eq!((expected.requests_num, expected.total_orders_num), (PAGE_VIEWS, ORDERS));
        shop.wait_views(PAGE_VIEWS).await;
        let figures = shop.assert_all_agree().await;
        assert_eq!(figures, expected, "what was counted, and what customers did");
        assert_eq!(shop.running.snapshots.borrow().pipeline.dropped_page_views, 0);
        crate::harness::until_equal("the dashboard", expected, async || shop.running.snapshots.borrow().today).await;
        shop.close().await;
    });
}
