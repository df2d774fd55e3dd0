//! Records that cannot be read: kept whole in the table and in the dead letter topic, and in nobody's way.

use crate::harness::records::{self, Record, TUTORIAL_ORDER};
use crate::harness::{OpenShop, Place, Stack, run, until_equal};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use store::Tallies;

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

#[test]
fn a_record_of_ten_megabytes_is_kept_in_part() {
    if Stack::Production.is_missing("the embedded broker takes none as large") {
        return;
    }
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let millis = shop.clock.now().millis();
        records::allow_large(&bootstrap, "new_orders").await;
        let text = "7".repeat(10_000_000);
        let stream = [Record::new("new_orders", text.clone()), Record::new("new_orders", TUTORIAL_ORDER)];
        records::produce(&bootstrap, &stream.map(|record| record.at(millis).on(0))).await;
        until_equal("the good one after it", 1, async || shop.figures().await.total_orders_num).await;
        wait_dead_letters(&shop, 1).await;
        let letters = shop
            .database()
            .await
            .texts("select reason, record_value, cast(value_bytes as text) from dead_letters")
            .await;
        let [reason, kept, bytes] = letters[0].as_slice() else { panic!("{letters:?}") };
        assert_eq!(reason.as_deref(), Some("the value is larger than 1048576 bytes"));
        assert_eq!(bytes.as_deref(), Some("10000000"));
        assert_eq!(STANDARD.decode(kept.as_deref().unwrap()).unwrap(), &text.as_bytes()[..1_048_576]);
        shop.assert_all_agree().await;
        shop.close().await;
    });
}

#[test]
fn each_strange_order_is_kept_counted_or_tallied() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let now = shop.clock.now();
        let millis = now.millis();
        let order = |amount: &str, price: &str, time: &str| {
            format!(
                r#"{{"order_id": 1, "order_amount": {amount}, "order_total_price": {price}, "is_paid": true, "event_time": "{time}"}}"#
            )
        };
        let time = now.to_string();
        let tomorrow = now.plus_micros(24 * 3_600 * 1_000_000).to_string();
        let kept = [
            (order("-1", "4.50", &time), "order_amount"),
            (order("1.5", "4.50", &time), "order_amount"),
            (order("1", "-4.50", &time), "order_total_price"),
            (order("1", "4.505", &time), "order_total_price"),
            (order("1", "\"much\"", &time), "order_total_price"),
            (order("1", "1e300", &time), "order_total_price"),
            (order("1", "4.50", "yesterday"), "event_time"),
        ];
        for (value, _) in &kept {
            records::produce(&bootstrap, &[Record::new("new_orders", value.clone()).at(millis).on(0)]).await;
        }
        let out_of_range = [order("1", "4.50", "2019-05-04T10:00:00Z"), order("1", "4.50", &tomorrow)];
        let rest = out_of_range.map(|value| Record::new("new_orders", value).at(millis).on(0));
        records::produce(&bootstrap, &rest).await;
        records::produce(&bootstrap, &[Record::new("new_orders", order("2", "4.50", &time)).at(millis).on(0)]).await;
        until_equal("the good one among them", 2, async || shop.figures().await.total_orders_amount).await;
        let expected = Tallies { dead_letters: kept.len() as i64, out_of_range_records: 2, ..Tallies::default() };
        until_equal("the tallies", expected, async || shop.running.store.tallies().await.unwrap()).await;
        let mut database = shop.database().await;
        let reasons = database.texts("select reason from dead_letters order by record_offset").await;
        for (row, (value, field)) in reasons.iter().zip(&kept) {
            let reason = row[0].as_deref().unwrap();
            assert!(reason.contains(&format!("the field {field}")), "{value}: {reason}");
        }
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 1);
        shop.close().await;
    });
}
