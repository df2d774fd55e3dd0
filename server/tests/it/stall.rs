//! Minutes that stop to close raise an alert that says why, and it ends by itself.

use crate::harness::broker::OutsideCluster;
use crate::harness::{Place, run, until};
use domain::RuleKind;

const MINUTE_MICROS: i64 = 60_000_000;

#[test]
fn minutes_that_do_not_close_raise_an_alert_that_says_why() {
    run(async {
        let mut cluster = OutsideCluster::started();
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        let words = || {
            let open = shop.running.snapshots.borrow().alerting.open.clone();
            open.into_iter().find(|alert| alert.rule == RuleKind::NoMinuteClosed.into()).map(|alert| alert.words)
        };
        shop.close_open_minute().await;
        cluster.crash_and_forget();
        until("the broker to be missed", async || {
            let since = shop.running.snapshots.borrow().pipeline.unreachable_since;
            if since.is_some() { Ok(()) } else { Err("it answers".to_owned()) }
        })
        .await;
        assert_eq!(words(), None);
        shop.clock.advance_micros(7 * MINUTE_MICROS);
        until("the alert", async || match words() {
            Some(words) if words.ends_with("No Kafka broker answers.") => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
        cluster.start();
        until("the alert to end", async || words().map_or(Ok(()), Err)).await;
        shop.close().await;
    });
}
