//! Streams that whoever runs the shop declares: counted, kept in a file and checked like the shop's own, and changed
//! from one start to the next.

use crate::harness::command::{server, server_does};
use crate::harness::records::{self, Record};
use crate::harness::{OpenShop, Place, run, until, until_equal};
use std::collections::BTreeSet;
use std::fs;
use streams::{GroupValue, Topic, Totals};

const AIR: &str = r#"topic = "air"
title = "Air"
about = "What a sensor measures."
file = "dust.csv"

[[fields]]
name = "pm25"
type = "decimal(1)"
min = -50
max = 999.9
about = "fine dust"

[[fields]]
name = "room"
type = "text(40)"
about = "where"

[[measures]]
name = "readings_num"
count = true
about = "readings"

[[measures]]
name = "pm25_max"
max = "pm25"
about = "the highest"

[[measures]]
name = "pm25_min"
min = "pm25"
about = "the lowest"

[[groups]]
field = "room"
most = 2
"#;

/// A measure more.
const SUM: &str = r#"
[[measures]]
name = "pm25_sum"
sum = "pm25"
about = "all of them"
"#;

/// A place where these streams are declared, by the names of their files.
pub(crate) fn declare(place: &Place, files: &[(&str, &str)]) {
    let folder = place.data().join("streams");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn air(shop: &OpenShop) -> Topic {
    shop.running.store.streams().of("air").unwrap()
}

async fn wait_totals(shop: &OpenShop, expected: &[Option<i64>]) {
    until_equal("the totals", Totals(expected.to_vec()), async || {
        shop.running.store.totals_ever(air(shop)).await.unwrap()
    })
    .await;
}

async fn wait_file(shop: &OpenShop, expected: &str) {
    until("the file", async || {
        let text = fs::read_to_string(shop.data.join("dust.csv")).map_err(|error| error.to_string())?;
        if text == expected { Ok(()) } else { Err(text) }
    })
    .await;
}

#[test]
fn a_declared_stream_is_counted_like_the_shops_own() {
    run(async {
        let place = Place::new();
        declare(&place, &[("air.toml", AIR)]);
        let shop = place.open_ready().await;
        let (first, millis) = (shop.open_minute(), shop.clock.now().millis());
        let reading = |pm25: &str, room: &str| {
            Record::new("air", format!(r#"{{"pm25": {pm25}, "room": "{room}", "battery": 3}}"#)).at(millis)
        };
        let readings = [
            reading("12.5", "hall"),
            reading("-3", "hall"),
            reading("7.0", "kitchen"),
            reading("8", "attic"),
            reading("9", "cellar"),
            reading("1000", "hall"),
            Record::new("air", "5").at(millis),
        ];
        records::produce(&shop.running.bootstrap_servers, &readings).await;
        wait_totals(&shop, &[Some(5), Some(125), Some(-30)]).await;
        let latest = shop.running.store.latest_events(air(&shop)).await.unwrap();
        let rooms: BTreeSet<_> = latest.iter().map(|event| (&*event.texts["room"], &*event.texts["pm25"])).collect();
        let read = [("attic", "8"), ("cellar", "9"), ("hall", "-3"), ("hall", "12.5"), ("kitchen", "7.0")];
        assert_eq!(rooms, read.into(), "{latest:?}");
        assert!(latest.iter().all(|event| event.is_foreign && event.texts.len() == 2), "{latest:?}");
        until_equal("the dead letters", 2, async || shop.running.store.dead_letter_counts().await.unwrap().open).await;
        let letters = shop.running.store.dead_letters(None).await.unwrap().open;
        let mut reasons: Vec<_> = letters.into_iter().map(|letter| (letter.head.topic, letter.head.reason)).collect();
        reasons.sort();
        let pm25 = "the field pm25 is not a decimal from -50 to 999.9 with at most one digit after the point";
        assert_eq!(reasons, [pm25, "the value is not an object"].map(|reason| ("air".to_owned(), reason.to_owned())));
        until_equal("the dead letters' topic", 2, async || {
            records::read_all(&shop.running.bootstrap_servers, "air.dlq").await.len()
        })
        .await;

        shop.assert_all_agree().await;
        let header = "datetime,readings_num,pm25_max,pm25_min\n";
        wait_file(&shop, &format!("{header}{first},5,12.5,-3.0\n")).await;
        shop.assert_all_agree().await;
        let row_of_nothing = format!("{},0,,\n", first.plus(1));
        wait_file(&shop, &format!("{header}{first},5,12.5,-3.0\n{row_of_nothing}")).await;

        // Two rooms are told apart each day.
        let quarters = domain::Quarter::of(first)..domain::Quarter::from_minute_on(first.plus(60));
        let ranked = shop.running.store.top_values(air(&shop), 0, quarters, 10).await.unwrap();
        let told: Vec<_> = ranked.into_iter().map(|ranked| (ranked.value, ranked.events_num)).collect();
        assert_eq!((told.len(), told.iter().map(|(_, events)| events).sum::<i64>()), (3, 5), "{told:?}");
        assert_eq!(told[2].0, GroupValue::Other, "{told:?}");

        // A late one changes its closed minute, and the file.
        records::produce(&shop.running.bootstrap_servers, &[reading("-5.5", "hall")]).await;
        wait_file(&shop, &format!("{header}{first},6,12.5,-5.5\n{row_of_nothing}")).await;
        shop.close().await;
        let shop = place.open_ready().await;
        shop.assert_all_agree().await;
        assert_eq!(fs::read_dir(&shop.data).unwrap().filter(is_bak).count(), 0);
        shop.close().await;
        assert!(server_does(&place, &["streams"]).await.contains("dust.csv"));
        assert!(server_does(&place, &["verify"]).await.contains("figures = dust.csv"));
    });
}

fn is_bak(entry: &std::io::Result<fs::DirEntry>) -> bool {
    entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().contains(".bak"))
}

#[test]
fn a_declaration_may_change_between_starts() {
    run(async {
        let place = Place::new();
        declare(&place, &[("air.toml", AIR)]);
        let shop = place.open_ready().await;
        let first = shop.open_minute();
        let reading =
            |shop: &OpenShop| Record::new("air", r#"{"pm25": 2.5, "room": "hall"}"#).at(shop.clock.now().millis());
        records::produce(&shop.running.bootstrap_servers, &[reading(&shop)]).await;
        wait_totals(&shop, &[Some(1), Some(25), Some(25)]).await;
        shop.close_open_minute().await;
        shop.close().await;

        // One measure more: it begins at zero, and the file has its column.
        declare(&place, &[("air.toml", &format!("{AIR}{SUM}"))]);
        let shop = place.open_ready().await;
        records::produce(&shop.running.bootstrap_servers, &[reading(&shop)]).await;
        wait_totals(&shop, &[Some(2), Some(25), Some(25), Some(25)]).await;
        shop.assert_all_agree().await;
        let rows = |second: &str| {
            format!(
                "datetime,readings_num,pm25_max,pm25_min,pm25_sum\n{first},1,2.5,2.5,0.0\n{}{second}\n",
                first.plus(1)
            )
        };
        wait_file(&shop, &rows(",1,2.5,2.5,2.5")).await;
        assert_eq!(fs::read_dir(&shop.data).unwrap().filter(is_bak).count(), 1, "the file of before");
        shop.close().await;

        // Another meaning under the same name stops the start.
        declare(&place, &[("air.toml", &format!("{AIR}{SUM}").replace("sum = \"pm25\"", "max = \"pm25\""))]);
        let error = place.try_open().await.map(|_| ()).unwrap_err().to_string();
        let words = "stream air: the measure pm25_sum is `max pm25 scale 1` now, and the figures that are kept under this \
             name are `sum pm25 scale 1`";
        assert!(error.contains(words), "{error}");

        // The stream is gone for a while; its minutes go on, without a gap.
        declare(&place, &[]);
        let shop = place.open_ready().await;
        assert_eq!(shop.running.store.streams().of("air"), None);
        shop.close_open_minute().await;
        shop.assert_all_agree().await;
        shop.close().await;
        declare(&place, &[("air.toml", AIR)]);
        let shop = place.open_ready().await;
        wait_totals(&shop, &[Some(2), Some(25), Some(25)]).await;
        shop.assert_all_agree().await;
        let text = fs::read_to_string(shop.data.join("dust.csv")).unwrap();
        assert!(text.contains(&format!("{},0,,\n", first.plus(2))), "{text}");
        shop.close().await;
    });
}

#[test]
fn a_bad_declaration_stops_the_start_in_one_line() {
    run(async {
        let place = Place::new();
        declare(&place, &[("air.toml", &AIR.replace("max = \"pm25\"", "max = \"pm10\""))]);
        let error = place.try_open().await.map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with("STREAMS_DIR: ") && !error.contains('\n'), "{error}");
        assert!(error.contains("air.toml, line 25: ") && error.contains("pm10"), "{error}");
        let output = server(&place, &["streams"]).await;
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), told.lines().count()), (Some(2), 1), "{told}");

        declare(&place, &[("air.toml", AIR), ("more.toml", AIR)]);
        let error = place.try_open().await.map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("more.toml, line 1: there is a stream of the topic `air` already"), "{error}");

        let place = place.with("STREAMS_DIR", "/nowhere/at/all");
        let error = place.try_open().await.map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with("STREAMS_DIR: /nowhere/at/all: "), "{error}");
    });
}
