//! What the real binary logs as JSON: a line for each event, with the request that it belongs to.

use crate::harness::command::server_begins;
use crate::harness::{Place, run, until, unused_port};
use serde_json::Value;
use std::fs::{self, File};

#[test]
fn json_lines_carry_the_id_of_their_request_and_no_token() {
    run(async {
        let addr = format!("127.0.0.1:{}", unused_port());
        let place = Place::at_wall_clock()
            .with("LEPTOS_SITE_ADDR", &addr)
            .with("LOG_FORMAT", "json")
            .with("RUST_LOG", "info,rdkafka=off,librdkafka=off,nisshi_broker=off,server::http::request_id=debug");
        let log = place.path().join("log");
        let mut server = server_begins(&place, File::create(&log).unwrap().into());
        let url = format!("http://{addr}/order-new-complete?order=secret");
        let id = until("the shop to answer", async || {
            let answer = reqwest::get(&url).await.map_err(|error| error.to_string())?;
            Ok(answer.headers()["x-request-id"].to_str().unwrap().to_owned())
        })
        .await;
        let lines = until("the line of the request", async || {
            let text = fs::read_to_string(&log).unwrap();
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            if lines.iter().any(|line| line.contains(&id)) { Ok(lines) } else { Err(text) }
        })
        .await;
        server.kill().await.unwrap();

        let line = lines.iter().find(|line| line.contains(&id)).unwrap();
        let line: Value = serde_json::from_str(line).unwrap();
        let request = &line["span"];
        assert_eq!(
            (&request["id"], &request["path"]),
            (&Value::from(id), &Value::from("/order-new-complete")),
            "{line}"
        );
        assert_eq!(
            (&request["method"], &request["client"]),
            (&Value::from("GET"), &Value::from("127.0.0.1")),
            "{line}"
        );
        assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("secret")), "an order's token is no log's: {lines:?}");
    });
}
