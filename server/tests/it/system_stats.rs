//! How busy the machine is: a server looks, and what it saw is counted like any other event.

use crate::harness::{Browser, Place, run, until};
use streams::Topic;

#[test]
fn a_server_counts_how_busy_it_is() {
    run(async {
        let place = Place::new().with("SYSTEM_STATS_SECONDS", 1);
        let shop = place.open_ready().await;
        let stream = Topic::system_stats().stream();
        let of = |name: &str| stream.measure(name).unwrap();
        let totals = until("two samples", async || {
            let totals = shop.running.store.totals_ever(Topic::system_stats()).await.unwrap();
            match totals.of(of("samples_num")) {
                Some(samples) if samples >= 2 => Ok(totals),
                samples => Err(format!("{samples:?}")),
            }
        })
        .await;
        let value = |name: &str| totals.of(of(name)).unwrap();
        assert!((0..=1_000).contains(&value("cpu_percent_min")) && value("cpu_percent_max") <= 1_000);
        assert!(value("memory_mib_min") > 10 && value("memory_mib_max") >= value("memory_mib_min"));
        assert!(value("connections_num_min") >= 0 && value("outbox_num_min") >= 0);
        let browser = Browser::of_owner(shop.running.addr).await;
        let page = browser.get("/admin/streams/system_stats?range=hour").await;
        let records = page.body.contains("Last records") && !page.body.contains("Nothing was counted yet.");
        assert!(records, "{}", page.body);
        assert!(
            page.body.contains("Processors, on average") && !page.body.contains("cpu_percent_sum"),
            "{}",
            page.body
        );
        shop.close().await;
    });
}
