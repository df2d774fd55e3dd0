//! Dead letters take what they are allowed and no more, whoever sends how much: in the database and in the embedded
//! broker's memory.

use crate::harness::records::{self, Record};
use crate::harness::{OpenShop, Place, Stack, run, until, until_equal};

/// As large as a record of the audit's.
const VALUE_BYTES: usize = 700_000;
/// More than the budget of an hour.
const BAD_RECORDS: i64 = 40;
/// The budget of an hour.
const HOUR_BYTES_MAX: i64 = 16 * 1024 * 1024;
/// What a partition of the embedded broker keeps.
const BROKER_BYTES_MAX: i64 = 4 * 1024 * 1024;

async fn send_bad_and_good(shop: &OpenShop, pairs: i64) {
    let bad = "7".repeat(VALUE_BYTES) + "x";
    let millis = shop.clock.now().millis();
    for _ in 0..pairs {
        let pair = [Record::new("web_requests", bad.clone()), Record::new("web_requests", "2")];
        records::produce(&shop.running.bootstrap_servers, &pair.map(|record| record.at(millis).on(0))).await;
    }
}

#[test]
fn bad_records_among_good_ones_fill_no_disk() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        send_bad_and_good(&shop, BAD_RECORDS).await;
        shop.wait_views(2 * BAD_RECORDS).await;
        until_equal("all bad records", BAD_RECORDS, async || shop.running.store.tallies().await.unwrap().dead_letters)
            .await;
        let mut database = shop.database().await;
        let kept = database.numbers("select count(*), cast(sum(value_bytes) as bigint) from dead_letters").await;
        let [letters, bytes] = kept.as_slice() else { panic!("{kept:?}") };
        assert!(*bytes <= HOUR_BYTES_MAX, "{bytes} bytes of dead letters are kept");
        assert!(*bytes > HOUR_BYTES_MAX - 2 * VALUE_BYTES as i64, "{bytes} bytes: the budget is used");
        let counts = shop.running.store.dead_letter_counts().await.unwrap();
        assert_eq!((counts.open, counts.by_offset), (*letters, BAD_RECORDS - letters));

        // An hour later there is room again.
        shop.clock.advance_micros(3_700_000_000);
        send_bad_and_good(&shop, 1).await;
        until_equal("one more letter", letters + 1, async || {
            shop.running.store.dead_letter_counts().await.unwrap().open
        })
        .await;
        shop.assert_all_agree().await;
        shop.close().await;
    });
}

#[test]
fn the_embedded_broker_forgets_what_is_too_much() {
    if Stack::Newcomer.is_missing("a cluster outside is never trimmed") {
        return;
    }
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        send_bad_and_good(&shop, BAD_RECORDS).await;
        shop.wait_views(2 * BAD_RECORDS).await;
        // Of the topic itself every other record is a large one.
        for (topic, records_per_large) in [("web_requests", 2), ("web_requests.dlq", 1)] {
            let records_max = BROKER_BYTES_MAX / VALUE_BYTES as i64 * records_per_large + 1;
            until(&format!("{topic} to be trimmed"), async || {
                // Offsets alone: what is read meanwhile may be trimmed meanwhile.
                let held = records::held(&bootstrap, topic).await;
                if held.iter().any(|records| *records > records_max) {
                    Err(format!("{held:?} records"))
                } else {
                    Ok(())
                }
            })
            .await;
        }
        shop.close().await;
    });
}
