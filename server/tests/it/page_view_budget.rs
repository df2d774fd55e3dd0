//! Page views that nobody counts have a budget in the database: beyond it they are dropped and counted as dropped, and
//! orders go on.

use crate::harness::broker::OutsideCluster;
use crate::harness::{Cart, Place, run, until};
use futures::StreamExt;

const WAITING_MAX: i64 = 1_000;
const VIEWS: i64 = 1_600;
const AT_ONCE: usize = 16;

#[test]
fn page_views_leave_room_for_orders() {
    run(async {
        let mut cluster = OutsideCluster::not_started();
        let place = Place::on(&cluster).with("PAGE_VIEWS_WAITING_MAX", WAITING_MAX);
        let shop = place.open().await;
        let browser = shop.browser();
        let views = futures::stream::iter(0..VIEWS);
        views.for_each_concurrent(AT_ONCE, async |_| drop(browser.get("/my-orders").await)).await;
        let mut database = shop.database().await;
        let waiting = "select count(*) from outbox where topic = 'web_requests'";
        let (mut kept, mut dropped) = (0, 0);
        until("each view to wait or to be dropped", async || {
            kept = database.number(waiting).await;
            dropped = shop.running.snapshots.borrow().pipeline.dropped_page_views;
            if kept + dropped == VIEWS { Ok(()) } else { Err(format!("{kept} wait, {dropped} were dropped")) }
        })
        .await;
        assert!(dropped > 0 && kept >= WAITING_MAX, "{kept} wait, {dropped} were dropped");
        browser.order(&Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true }).await;

        cluster.start();
        shop.wait_counted().await;
        let figures = shop.assert_all_agree().await;
        assert_eq!(figures.total_orders_num, 1);
        assert!(figures.requests_num >= kept, "{figures:?}");
        // There is room again.
        until("a view to be counted", async || {
            browser.get("/my-orders").await;
            let counted = shop.figures().await.requests_num;
            if counted > figures.requests_num { Ok(()) } else { Err(format!("{counted}")) }
        })
        .await;
        shop.close().await;
    });
}
