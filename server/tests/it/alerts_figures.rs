//! The rules about figures on a whole shop: they look at whole minutes alone, and end when it is over.

use crate::alerts::shown;
use crate::harness::{Cart, Place, run, until, until_equal};
use domain::alert::Limited;
use domain::{RuleKind, Rules};

const SECOND: i64 = 1_000_000;

#[test]
fn rules_about_figures_wait_for_whole_minutes() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let store = &shop.running.store;
        let mut rules = Rules { low_revenue_is_on: true, ..Rules::DEFAULT };
        (rules.many_requests.is_on, rules.many_requests.per_minute) = (true, Limited::new(1).unwrap());
        store.set_alert_rules(rules).await.unwrap();
        let browser = shop.browser();
        for _ in 0..2 {
            browser.get("/").await;
        }
        shop.wait_views(2).await;
        assert_eq!(shown(&shop), [], "the minute is not over");
        let minute = shop.close_open_minute().await;
        until_equal("the busy minute", vec![RuleKind::ManyRequests], async || shown(&shop)).await;
        let alert = store.open_alerts().await.unwrap().remove(0);
        let words = format!("2 requests in the minute {}, more than 1.", minute.hour_minute());
        assert_eq!((alert.words, alert.figure, alert.threshold), (words, 2, 1));
        shop.close_open_minute().await;
        until_equal("the calm minute", Vec::new(), async || shown(&shop)).await;
        // Completed together with a calm one, as when Kafka is back.
        for _ in 0..3 {
            browser.get("/").await;
        }
        shop.wait_views(5).await;
        let busy = shop.open_minute();
        shop.move_clock_to(busy.plus(2), 30 * SECOND);
        until_equal("the busy minute among two", vec![RuleKind::ManyRequests], async || shown(&shop)).await;
        let words = format!("3 requests in the minute {}, more than 1.", busy.hour_minute());
        assert_eq!(store.open_alerts().await.unwrap().remove(0).words, words);
        shop.close_open_minute().await;
        until_equal("the calm minute after both", Vec::new(), async || shown(&shop)).await;
        shop.close().await;
    });
}

#[test]
fn missed_orders_and_low_revenue_are_told_and_end() {
    run(async {
        let place = Place::new();
        // So long ago that no broker takes what comes for the future's.
        place.clock.advance_micros(-8 * 24 * 3_600 * SECOND);
        let shop = place.open_ready().await;
        // Open for an hour, so that there is one to compare with.
        shop.clock.advance_micros(3_600 * SECOND);
        let store = &shop.running.store;
        let browser = shop.browser();
        let rice = Cart { goods: &[("rice", 5)], email: "a@example.com", is_paid: true };
        browser.order(&rice).await;
        shop.wait_counted().await;
        shop.close_open_minute().await;
        let mut rules = Rules { low_revenue_is_on: true, ..Rules::DEFAULT };
        rules.no_orders.is_on = true;
        store.set_alert_rules(rules).await.unwrap();
        // A week and half an hour later: the hour a week before is the one with the order.
        shop.clock.advance_micros((7 * 24 * 60 + 30) * 60 * SECOND);
        until("minutes to be closed up to now", async || {
            let closed_until = store.closed_until().await.unwrap();
            let wanted = shop.open_minute().plus(-1);
            if closed_until >= wanted { Ok(()) } else { Err(format!("{closed_until}")) }
        })
        .await;
        let both = vec![RuleKind::NoOrders, RuleKind::LowRevenue];
        until("both alerts", async || {
            let mut open = shown(&shop);
            open.sort_unstable();
            if open == both { Ok(()) } else { Err(format!("{open:?}")) }
        })
        .await;
        let low =
            store.open_alerts().await.unwrap().into_iter().find(|alert| alert.rule == RuleKind::LowRevenue.into());
        assert_eq!(low.map(|low| (low.figure, low.threshold)), Some((0, 600)));
        browser.order(&rice).await;
        shop.wait_counted().await;
        shop.close_open_minute().await;
        until_equal("both to end", Vec::new(), async || shown(&shop)).await;
        shop.close().await;
    });
}
