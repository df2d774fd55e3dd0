//! The words of `docs/ADD-A-STREAM.md`, against a running shop.

use crate::harness::command::server_does;
use crate::harness::document::{DOCUMENT, block, token, tokens};
use crate::harness::{Browser, OpenShop, Place, Stack, run, until, until_equal};
use std::fs;
use std::process::Command;
use streams::Totals;

const DECLARATION_LINES_MAX: usize = 25;

/// Runs a block as a shell does; what it prints.
async fn shell(script: String) -> String {
    let ran = tokio::task::spawn_blocking(move || Command::new("bash").args(["-euc", &script]).output().unwrap());
    let output = ran.await.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Adds the rule of the document with the form of its page, sends the readings again, and waits for the words of the
/// document.
async fn be_told(shop: &OpenShop, owner: &Browser) {
    let section = DOCUMENT.split_once("## Be told").unwrap().1;
    let words: Vec<&str> = section.split('`').skip(1).step_by(2).take(3).collect();
    let [called, value, minutes] = words[..] else { panic!("{words:?}") };
    let form = owner.get("/admin/alerts?stream=air").await.body;
    let (option, _) = form.split_once(&format!("{called}, in ")).unwrap();
    let measure = option.rsplit_once("value=\"").unwrap().1.split('"').next().unwrap();
    let fields = [("measure", measure), ("side", "above"), ("value", value), ("minutes", minutes)];
    assert_eq!(owner.post("/admin/alerts/measures", &fields).await.status, 303, "{fields:?}");
    shell(block("sh").replace("127.0.0.1:3000", &shop.running.addr.to_string())).await;
    shop.assert_all_agree().await;
    let (begin, end) = block("text").trim().split_once("13:31").unwrap();
    until("the alert on the dashboard", async || {
        let open = shop.running.snapshots.borrow().alerting.open.clone();
        let told = open.iter().map(|alert| format!("{}: {}", alert.title, alert.words)).collect::<Vec<_>>();
        let is_told = told.iter().any(|told| told.starts_with(begin) && told.ends_with(end));
        if is_told { Ok(()) } else { Err(format!("{told:?}")) }
    })
    .await;
}

#[test]
fn its_words_are_true() {
    run(async {
        assert!(block("toml").lines().count() <= DECLARATION_LINES_MAX);
        let place = Place::at_wall_clock().with("INGEST_TOKENS", tokens());
        fs::create_dir_all(place.data().join("streams")).unwrap();
        fs::write(place.data().join("streams/air.toml"), block("toml")).unwrap();
        let shop = place.open_ready().await;
        let addr = shop.running.addr.to_string();
        let told = shell(block("sh").replace("127.0.0.1:3000", &addr)).await;
        assert_eq!(told, r#"{"accepted":1,"known":0}"#.repeat(3));
        let cloud = format!(
            "curl --fail --silent http://{addr}/ingest/air --header 'Authorization: Bearer {}' --data '{}'",
            token(),
            block("json").trim()
        );
        let told = shell(format!("{cloud}; {cloud}")).await;
        assert_eq!(told, r#"{"accepted":1,"known":0}{"accepted":0,"known":1}"#);
        let mut readings = 4;
        // kcat of Debian cannot read the embedded broker's greeting.
        if Stack::of_this_run() == Stack::Production
            && shell("command -v kcat || true".to_owned()).await.contains("kcat")
        {
            let first = shop.running.bootstrap_servers.split(',').next().unwrap().to_owned();
            shell(block("kcat").replace("localhost:9092", &first)).await;
            readings += 1;
        }
        let air = shop.running.store.streams().of("air").unwrap();
        until_equal("the readings", Totals(vec![Some(readings), Some(312)]), async || {
            shop.running.store.totals_ever(air).await.unwrap()
        })
        .await;
        shop.assert_all_agree().await;
        shop.assert_all_agree().await;
        let file = fs::read_to_string(shop.data.join("air.csv")).unwrap();
        let rows: Vec<&str> = file.lines().collect();
        assert_eq!(rows[0], "datetime,readings_num,pm25_max");
        let counted = rows.iter().skip(1).map(|row| row.split(',').nth(1).unwrap().parse::<i64>().unwrap());
        assert_eq!(counted.sum::<i64>(), readings, "{file}");
        assert!(rows.iter().any(|row| row.ends_with(",31.2")) && file.ends_with(",0,\n"), "{file}");

        let owner = Browser::of_owner(shop.running.addr).await;
        assert!(owner.get("/admin/metrics").await.body.contains("href=\"/admin/streams/air\""));
        let page = owner.get("/admin/streams/air?range=24h").await.body;
        assert!(page.contains("<h1>Air in the kitchen") && page.contains("31.2 µg/m³"), "{page}");
        let metrics = Browser::new(shop.running.metrics_addr).get("/metrics").await.body;
        assert!(metrics.contains(&format!("pantry_stream_air_readings_num_total {readings}.0")), "{metrics}");
        assert!(page.contains("href=\"/admin/alerts?stream=air#measure-rule-add\">Add an alert<"), "{page}");
        be_told(&shop, &owner).await;
        shop.close().await;
        assert!(server_does(&place, &["streams"]).await.contains("air.csv"));
        assert!(server_does(&place, &["verify"]).await.contains("figures = air.csv"));
    });
}
