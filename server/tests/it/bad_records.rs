//! Records that cannot be read: kept whole in the table and in the dead letter topic, and in nobody's way.

use crate::harness::records::{self, Record};
use crate::harness::{OpenShop, Place, run, until_equal};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

async fn wait_dead_letters(shop: &OpenShop, expected: i64) {
    until_equal("dead letters", expected, async || shop.running.store.tallies().await.unwrap().dead_letters).await;
}

#[test]
fn a_bad_record_is_kept_whole_in_table_and_topic() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let millis = shop.clock.now().millis();
        shop.browser().get("/").await;
        shop.wait_views(1).await;

        let mut keyed = Record::new("new_orders", "not JSON").at(millis).on(0).with_header("trace", "7f");
        keyed.key = Some(b"k\0\xff".to_vec());
        let null = Record { value: None, ..Record::new("new_orders", "").at(millis).on(0) };
        let bad = [
            keyed.clone(),
            Record::new("new_orders", "[1, 2]").at(millis).on(0),
            Record::new("new_orders", "").at(millis).on(0),
            null,
            Record::new("web_requests", b"\xff\xfe".to_vec()).at(millis).on(1),
            Record::new("web_requests", r#"{"page":"/"}"#).at(millis).on(1),
        ];
        records::produce(&bootstrap, &bad).await;
        records::produce(&bootstrap, &[Record::new("web_requests", "4").at(millis).on(1)]).await;
        wait_dead_letters(&shop, 6).await;
        until_equal("the good one after them", 5, async || shop.figures().await.requests_num).await;

        let mut database = shop.database().await;
        let letters = database
            .texts(
                "select topic, cast(partition_id as text), reason, record_key, record_value
               from dead_letters
              order by topic, partition_id, record_offset",
            )
            .await;
        let seen: Vec<Vec<&str>> =
            letters.iter().map(|row| row.iter().map(|text| text.as_deref().unwrap_or("null")).collect()).collect();
        let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
        let expected = [
            ["new_orders", "0", "the value is not JSON", &base64(b"k\0\xff"), &base64(b"not JSON")],
            ["new_orders", "0", "the value is not an object", "null", &base64(b"[1, 2]")],
            ["new_orders", "0", "the value is empty", "null", ""],
            ["new_orders", "0", "the value is null (a tombstone)", "null", "null"],
            ["web_requests", "1", "the value is not UTF-8", "null", &base64(b"\xff\xfe")],
            ["web_requests", "1", "the field path is missing", "null", &base64(br#"{"page":"/"}"#)],
        ];
        assert_eq!(seen, expected);

        let dead = records::read_all(&bootstrap, "new_orders.dlq").await;
        assert_eq!(dead.len(), 4, "{dead:?}");
        let letter = dead.iter().find(|record| record.key == keyed.key).expect("the keyed one");
        assert_eq!(letter.value, keyed.value);
        for (name, value) in [
            ("trace", "7f"),
            ("reason", "the value is not JSON"),
            ("topic", "new_orders"),
            ("partition", "0"),
            ("offset", "0"),
        ] {
            assert_eq!(letter.header(name).as_deref(), Some(value), "{name} of {letter:?}");
        }
        assert!(dead.iter().any(|record| record.value.is_none()), "a null stays a null: {dead:?}");
        assert_eq!(records::read_all(&bootstrap, "web_requests.dlq").await.len(), 2);
        let page_views = shop.assert_all_agree().await.requests_num;
        assert_eq!(page_views, 5);
        shop.close().await;
    });
}

#[test]
fn of_two_hundred_in_a_row_a_hundred_are_kept_and_a_range() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let millis = shop.clock.now().millis();
        let mut stream: Vec<Record> =
            (0..200).map(|number| Record::new("web_requests", format!("bad {number}")).at(millis).on(2)).collect();
        stream.push(Record::new("web_requests", "2").at(millis).on(2));
        // The row is broken: this one is kept whole again.
        stream.push(Record::new("web_requests", "bad again").at(millis).on(2));
        records::produce(&bootstrap, &stream).await;
        wait_dead_letters(&shop, 201).await;
        until_equal("the good one among them", 2, async || shop.figures().await.requests_num).await;

        let mut database = shop.database().await;
        let offsets = database
            .texts("select cast(record_offset as text) from dead_letters order by dead_letters.record_offset")
            .await;
        let offsets: Vec<i64> = offsets.iter().map(|row| row[0].as_deref().unwrap().parse().unwrap()).collect();
        let expected: Vec<i64> = (0..100).chain([201]).collect();
        assert_eq!(offsets, expected);
        // One range, or several that meet, as the batches fell.
        let ranges = database
        .numbers("select min(first_offset), max(last_offset), cast(sum(records) as bigint), cast(sum(last_offset - first_offset + 1) as bigint) from dead_letter_ranges")
        .await;
        assert_eq!(ranges, [100, 199, 100, 100]);
        assert_eq!(records::read_all(&bootstrap, "web_requests.dlq").await.len(), 101);
        shop.assert_all_agree().await;
        shop.close().await;
    });
}
