//! The real binary killed at random times under traffic.

use super::random::Random;
use super::say;
use crate::harness::process::ServerProcess;
use crate::harness::traffic::{Remember, Traffic, assert_exact, send_again};
use crate::harness::{Browser, Place, run, stack};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a page view may wait before it is durable.
const VIEW_WAITS: Duration = Duration::from_millis(50);
/// What a machine that is busy with other tests may add: a thread that is not scheduled, a slow fsync.
const BUSY_MACHINE: Duration = Duration::from_millis(450);
/// When a server dies, in milliseconds after it opened: before its broker is there, and after.
const DIES_AFTER_MS: std::ops::Range<u64> = 100..2_000;

#[test]
fn killed_again_and_again_it_stays_exact() {
    let (kills, seed) = (stack::faults_kills(), stack::faults_seed());
    say(&format!("{kills} kills with seed {seed}"));
    run(async move {
        let mut random = Random::new(seed);
        let place = Place::at_wall_clock();
        let memory = Remember::default();
        let mut may_be_lost = 0;
        let mut recoveries = Vec::new();
        let begun = Instant::now();
        for _ in 0..kills {
            let starting = Instant::now();
            let server = ServerProcess::start(&place).await;
            let browser = Browser::new(server.addr);
            assert_eq!(browser.get("/healthz").await.status, 200);
            recoveries.push(starting.elapsed());
            send_again(&browser, &memory).await;
            let traffic = Traffic::start(&browser, &memory);
            tokio::time::sleep(Duration::from_millis(random.within(DIES_AFTER_MS))).await;
            let killed_at = Instant::now();
            server.kill().await;
            traffic.stop().await;
            let in_danger = |answered: &&Instant| **answered + VIEW_WAITS + BUSY_MACHINE > killed_at;
            // Only those of this server's life: earlier ones lie further back.
            may_be_lost += memory.lock().unwrap().views_answered.iter().filter(in_danger).count();
        }
        let took = begun.elapsed();
        let server = ServerProcess::start(&place).await;
        send_again(&Browser::new(server.addr), &memory).await;
        server.kill().await;
        let memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
        let (orders, views) = (memory.orders.len(), memory.views_answered.len());
        assert!(orders > kills as usize * 4, "too little traffic to prove anything: {orders} orders");
        let figures = assert_exact(&place, &memory, views - may_be_lost).await;
        recoveries.sort();
        say(&format!(
            "survived {kills} kills with seed {seed} in {took:.0?}: {orders} orders, each once; {views} page views \
             answered, {} counted; first answer after a start: median {:.0?}, longest {:.0?}",
            figures.requests_num,
            recoveries[recoveries.len() / 2],
            recoveries[recoveries.len() - 1],
        ));
    });
}
