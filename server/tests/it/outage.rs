//! Without a broker the shop sells, and no minute closes; with one again everything is counted.

use crate::harness::broker::OutsideCluster;
use crate::harness::shop::OrdersOnly;
use crate::harness::traffic::{Remember, Traffic};
use crate::harness::{Browser, Cart, Place, run, until};
use std::time::Duration;

#[test]
fn a_broker_that_comes_late_finds_everything() {
    run(async {
        let mut cluster = OutsideCluster::not_started();
        let place = Place::on(&cluster);
        let shop = place.open().await;
        let browser = shop.browser();
        let opened_in = shop.open_minute();
        for number in 1..=3 {
            browser.order(&Cart { goods: &[("rice", number)], email: "a@example.com", is_paid: true }).await;
        }
        until("the dashboard to say since when no broker answers", async || {
            let pipeline = shop.running.snapshots.borrow().pipeline.clone();
            // Orders, and the views of their forms.
            match (pipeline.unreachable_since, pipeline.outbox_events) {
                (Some(since), 6) if since <= shop.clock.now() => Ok(()),
                _ => Err(format!("{pipeline:?}")),
            }
        })
        .await;
        // It sells, so a load balancer leaves it in.
        let ready = browser.get("/readyz").await;
        assert_eq!((ready.status.as_u16(), ready.body.as_str()), (200, "ready\n"));
        let counts = browser.get("/readyz?pipeline").await;
        assert_eq!(counts.status, 503, "{}", counts.body);
        assert!(counts.body.contains("Kafka"), "{}", counts.body);
        assert_eq!(browser.get("/healthz").await.status, 200);
        let figures = Browser::new(shop.running.metrics_addr).get("/metrics").await.body;
        for line in ["pantry_ready 1", "pantry_pipeline_ready 0", "pantry_broker_reachable 0"] {
            assert!(figures.lines().any(|found| found == line), "{line} in {figures}");
        }

        shop.move_clock_to(opened_in.plus(3), 5_000_000);
        let looked_at = tokio::time::Instant::now();
        until("the closer to have had its time", async || {
            assert_eq!(shop.running.store.closed_until().await.unwrap(), opened_in, "a minute closed without a broker");
            if looked_at.elapsed() > Duration::from_secs(2) { Ok(()) } else { Err("not yet".to_owned()) }
        })
        .await;
        assert_eq!(shop.figures().await, domain::Figures::ZERO);

        cluster.start();
        shop.wait_closed(opened_in.plus(2)).await;
        assert_eq!(shop.row(opened_in).total_orders_amount, 6);
        assert_eq!(shop.row(opened_in).requests_num, 3);
        until("the shop to be ready", async || {
            let answer = browser.get("/readyz?pipeline").await;
            if answer.status == 200 { Ok(()) } else { Err(answer.body) }
        })
        .await;
        assert_eq!(shop.running.health.borrow().unreachable_since, None);
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 3);
        shop.close().await;
    });
}

#[test]
fn a_broker_that_forgets_everything_under_traffic_changes_no_figure() {
    run(async {
        let mut cluster = OutsideCluster::started();
        let place = Place::on(&cluster);
        let shop = place.open().await;
        let memory = Remember::default();
        let traffic = Traffic::start(&shop.browser(), &memory);
        for _ in 0..2 {
            until("something to be counted", async || {
                let figures = shop.figures().await;
                if figures.total_orders_num > 20 { Ok(()) } else { Err(format!("{figures:?}")) }
            })
            .await;
            cluster.crash_and_forget();
            // Some traffic falls into the time without a broker.
            let before = memory.lock().unwrap().orders.len();
            until("orders without a broker", async || {
                let now = memory.lock().unwrap().orders.len();
                if now > before + 20 { Ok(()) } else { Err(format!("{now} orders, {before} before")) }
            })
            .await;
            cluster.start();
            shop.wait_counted_once().await;
        }
        traffic.stop().await;
        let views_sent = memory.lock().unwrap().views_sent as i64;
        shop.wait_views(views_sent).await;
        let figures = shop.assert_all_agree().await;
        let memory = std::mem::take(&mut *memory.lock().unwrap());
        assert_eq!(figures.orders_only(), memory.figures());
        assert!(memory.orders.values().all(|order| order.answered.is_some()), "the shop sold all the time");
        shop.close().await;
    });
}
