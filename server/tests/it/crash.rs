//! The real binary told to stop under traffic, started twice, or started with a malformed variable. `faults` kills it.

use crate::harness::process::ServerProcess;
use crate::harness::traffic::{Remember, Traffic, assert_exact, send_again};
use crate::harness::{Browser, Cart, Place, Stack, run, until_equal};
use std::sync::Arc;
use std::time::{Duration, Instant};

const STOPS: i64 = 6;

/// An event that this server does not know waits for ever, so that the sweeper observes the log nearly all the time.
#[test]
fn a_stop_in_the_middle_of_an_observation_closes_the_database() {
    run(async {
        let place = Place::new();
        for stop in 1..=STOPS {
            let shop = place.open_ready().await;
            if stop == 1 {
                let mut database = shop.database().await;
                database.execute("insert into outbox (topic, event_time, payload) values ('unknown', 1, '{}')").await;
                database.close().await;
            }
            // It takes as long as the sweeper needs to begin.
            shop.browser().order(&Cart { goods: &[("tea", 1)], email: "a@example.com", is_paid: true }).await;
            until_equal("the order to be counted", stop, async || shop.figures().await.total_orders_num).await;
            shop.close().await;
            // With the last connection SQLite's write-ahead log goes.
            assert!(!place.has_file() || !place.data().join("pantry.db-wal").exists(), "the database is still open");
        }
    });
}

#[test]
fn told_to_stop_it_loses_nothing() {
    run(async {
        let place = Place::at_wall_clock();
        let memory = Remember::default();
        let server = ServerProcess::start(&place).await;
        let traffic = Traffic::start(&Browser::new(server.addr), &memory);
        tokio::time::sleep(Duration::from_secs(2)).await;
        let told_at = Instant::now();
        server.terminate().await;
        let status = server.wait().await;
        let took = told_at.elapsed();
        assert!(took < Duration::from_secs(10), "it took {took:?} to stop");
        assert_eq!(status.code(), Some(0), "{status}");
        traffic.stop().await;

        let server = ServerProcess::start(&place).await;
        send_again(&Browser::new(server.addr), &memory).await;
        server.terminate().await;
        assert_eq!(server.wait().await.code(), Some(0));
        let memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
        assert!(!memory.views_answered.is_empty());
        assert_exact(&place, &memory, memory.views_answered.len()).await;
    });
}

#[test]
fn a_second_server_on_the_same_file_is_refused() {
    if Stack::Newcomer.is_missing("a file is SQLite's") {
        return;
    }
    run(async {
        let place = Place::at_wall_clock();
        let first = ServerProcess::start(&place).await;
        let refused = ServerProcess::try_start(&place).await.err().expect("the second must not open");
        assert_eq!(refused.status.code(), Some(1));
        assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
        assert!(refused.stderr.contains(&format!("process {}", first.id())), "{}", refused.stderr);
        assert!(refused.stderr.contains("pantry.db"), "{}", refused.stderr);
        assert_eq!(Browser::new(first.addr).get("/healthz").await.status, 200, "the first goes on");
        first.kill().await;
        let second = ServerProcess::start(&place).await;
        second.kill().await;
    });
}

#[test]
fn a_malformed_variable_is_named_in_one_line() {
    run(async {
        for (variable, value) in
            [("KAFKA_TOPIC_PARTITIONS", "none"), ("LEPTOS_SITE_ADDR", "here"), ("KAFKA_NO_SUCH_PROPERTY", "1")]
        {
            let place = Place::at_wall_clock().with(variable, value);
            let refused = ServerProcess::try_start(&place).await.err().expect("it must not open");
            assert_eq!(refused.status.code(), Some(1), "{variable}");
            assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
            assert!(refused.stderr.contains(variable), "{}", refused.stderr);
        }
    });
}
