//! The real binary killed and stopped under traffic: every answered order is there once, every figure is exact.

use crate::harness::process::ServerProcess;
use crate::harness::traffic::{Memory, Remember, Traffic, send_again};
use crate::harness::{Browser, Place, Stack, run, shop::OrdersOnly};
use std::sync::Arc;
use std::time::{Duration, Instant};

const KILLS: u64 = 10;
/// How long a page view may wait before it is durable.
const VIEW_WAITS: Duration = Duration::from_millis(50);
/// What a machine that is busy with other tests may add: a thread that is not scheduled, a slow fsync.
const BUSY_MACHINE: Duration = Duration::from_millis(450);

/// What remains to be said when all servers are gone: every order once, and the views that must be counted.
async fn assert_exact(place: &Place, memory: &Memory, views_min: usize) {
    let shop = place.open().await;
    let figures = shop.assert_all_agree().await;
    let mut database = shop.database().await;
    let in_table = database.texts("select submission_key, token from orders order by submission_key").await;
    let remembered: Vec<Vec<Option<String>>> = memory
        .orders
        .iter()
        .map(|(key, order)| {
            let address = order.answered.as_deref().expect("every order was answered in the end");
            let token = address.rsplit('=').next().map(str::to_owned);
            vec![Some(key.clone()), token]
        })
        .collect();
    assert_eq!(in_table.len(), remembered.len(), "orders in the table, and remembered");
    assert_eq!(in_table, remembered);
    assert_eq!(figures.orders_only(), memory.figures(), "counted, and ordered");
    let (counted, sent) = (usize::try_from(figures.requests_num).unwrap(), memory.views_sent);
    assert!(counted <= sent, "{counted} page views were counted, {sent} were sent");
    assert!(counted >= views_min, "{counted} page views were counted, at least {views_min} of {sent} must be");
    let tallies = shop.running.store.tallies().await.unwrap();
    assert_eq!(tallies, store::Tallies::default(), "nothing strange happened");
    shop.close().await;
}

#[test]
fn killed_again_and_again_it_stays_exact() {
    run(async {
        let place = Place::at_wall_clock();
        let memory = Remember::default();
        let mut may_be_lost = 0;
        for kill in 0..KILLS {
            let server = ServerProcess::start(&place).await;
            let browser = Browser::new(server.addr);
            send_again(&browser, &memory).await;
            let traffic = Traffic::start(&browser, &memory);
            // Another instant of the server's life each time: before its broker is there, and after.
            tokio::time::sleep(Duration::from_millis(200 + kill * 170)).await;
            let killed_at = Instant::now();
            server.kill().await;
            traffic.stop().await;
            let in_danger = |answered: &&Instant| **answered + VIEW_WAITS + BUSY_MACHINE > killed_at;
            // Only those of this server's life: earlier ones lie further back.
            may_be_lost += memory.lock().unwrap().views_answered.iter().filter(in_danger).count();
        }
        let server = ServerProcess::start(&place).await;
        send_again(&Browser::new(server.addr), &memory).await;
        server.kill().await;
        let memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
        assert!(
            memory.orders.len() > KILLS as usize * 4,
            "too little traffic to prove anything: {}",
            memory.orders.len()
        );
        assert_exact(&place, &memory, memory.views_answered.len() - may_be_lost).await;
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
