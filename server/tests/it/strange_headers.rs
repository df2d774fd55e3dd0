//! Records whose headers no client library would write: names that are not UTF-8, control characters, `\0`.

use crate::harness::raw_records::{self, RawRecord};
use crate::harness::{Browser, Cart, Place, run, until_equal};

/// Names of headers as they may come, each with the name that librdkafka hands on: it ends at the first `\0`.
const NAMES: [(&[u8], &[u8]); 6] = [
    (b"\xff", b"\xff"),
    (b"trace\xc3", b"trace\xc3"),
    (b"a\0b", b"a"),
    (b"\x01\x1b[31m", b"\x01\x1b[31m"),
    (b"", b""),
    (br"\u0000", br"\u0000"),
];

#[test]
fn a_header_whose_name_is_no_text_stops_nothing() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let millis = shop.clock.now().millis();
        let records: Vec<RawRecord> = NAMES
            .iter()
            .flat_map(|(name, _)| {
                [RawRecord::new("2").with_header(*name, b"\0\xff"), RawRecord::new("bad").with_header(*name, b"\0\xff")]
            })
            .collect();
        raw_records::produce(&bootstrap, "web_requests", 0, millis, &records).await;
        // One of our own behind them, on the same partitions.
        shop.browser().order(&Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true }).await;
        let foreign = "select cast(coalesce(sum(foreign_requests_num), 0) as bigint) from minutes_web_requests";
        until_equal("requests of other producers", 2 * NAMES.len() as i64, async || {
            shop.database().await.number(foreign).await
        })
        .await;
        until_equal("dead letters", NAMES.len() as i64, async || {
            shop.running.store.dead_letter_counts().await.unwrap().open
        })
        .await;
        let closed = shop.close_open_minute().await;
        assert_eq!(shop.row(closed).total_orders_num, 1);

        // The owner sees all of them, and can send back what can be read.
        let owner = Browser::of_owner(shop.running.addr).await;
        let list = owner.get("/admin/dead-letters").await;
        assert_eq!(list.status, 200);
        for id in 1..=NAMES.len() {
            assert_eq!(owner.get(&format!("/admin/dead-letters/{id}")).await.status, 200, "letter {id}");
        }
        let all = owner.post("/admin/dead-letters/redrive-all", &[]).await;
        assert_eq!(all.status, 303, "{}", all.body);
        shop.assert_all_agree().await;
        shop.close().await;
    });
}
