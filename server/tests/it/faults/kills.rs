//! The real binary killed at random times under traffic.

use super::devices::Devices;
use super::random::Random;
use super::say;
use crate::harness::process::ServerProcess;
use crate::harness::records;
use crate::harness::traffic::{Rate, Remember, Traffic, assert_exact_in, send_again};
use crate::harness::{Browser, Place, Stack, run, stack, until};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Page views for each order.
const VIEWS_PER_ORDER: f64 = 10.0;
/// How long a page view may wait before it is durable.
const VIEW_WAITS: Duration = Duration::from_millis(50);
/// What a machine that is busy with other tests may add: a thread that is not scheduled, a slow fsync.
const BUSY_MACHINE: Duration = Duration::from_millis(450);
/// When a server dies, in milliseconds after it opened: before its broker is there, and after.
const DIES_AFTER_MS: std::ops::Range<u64> = 100..2_000;

#[test]
fn killed_again_and_again_it_stays_exact() {
    let (kills, seed) = (stack::faults_kills(), stack::faults_seed());
    let orders_per_second = stack::faults_orders_per_second() as f64;
    let rate = Rate { orders_per_second, views_per_second: orders_per_second * VIEWS_PER_ORDER };
    say(&format!("{kills} kills with seed {seed} under {rate:?}"));
    run(async move {
        let mut random = Random::new(seed);
        let (place, mut devices) = Devices::begin(seed).await;
        let memory = Remember::default();
        let mut may_be_lost = 0;
        let mut recoveries = Vec::new();
        let begun = Instant::now();
        let mut open_for = Duration::ZERO;
        for _ in 0..kills {
            let starting = Instant::now();
            let server = ServerProcess::start(&place).await;
            let browser = Browser::new(server.addr);
            assert_eq!(browser.get("/healthz").await.status, 200);
            recoveries.push(starting.elapsed());
            send_again(&browser, &memory).await;
            devices.send_again(&browser).await;
            let opened = Instant::now();
            let (traffic, sending) = (Traffic::at_rate(&browser, &memory, rate), devices.send_to(&browser));
            tokio::time::sleep(Duration::from_millis(random.within(DIES_AFTER_MS))).await;
            let killed_at = Instant::now();
            open_for += killed_at - opened;
            server.kill().await;
            traffic.stop().await;
            sending.stop().await;
            let in_danger = |answered: &&Instant| **answered + VIEW_WAITS + BUSY_MACHINE > killed_at;
            // Only those of this server's life: earlier ones lie further back.
            may_be_lost += memory.lock().unwrap().views_answered.iter().filter(in_danger).count();
        }
        let took = begun.elapsed();
        let server = ServerProcess::start(&place).await;
        let browser = Browser::new(server.addr);
        send_again(&browser, &memory).await;
        devices.send_again(&browser).await;
        devices.wait_acknowledged().await;
        server.kill().await;
        devices.end().await;
        let closed_after = time_to_close(&place).await;
        let mut memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
        let (orders, views) = (memory.orders.len(), memory.views_answered.len());
        assert!(orders > kills as usize * 3, "too little traffic to prove anything: {orders} orders");
        memory.late_max = devices.late_max();
        let shop = place.open().await;
        devices.wait_counted(&shop).await;
        let figures = assert_exact_in(&shop, &memory, views - may_be_lost).await;
        let declared = devices.assert_exact_in(&shop).await;
        shop.close().await;
        let duplicates = duplicates(&place, figures.total_orders_num + figures.requests_num).await;
        recoveries.sort();
        let per_second = |number: usize| number as f64 / open_for.as_secs_f64();
        say(&format!(
            "survived {kills} kills with seed {seed} in {took:.0?}: {orders} orders ({:.0} a second), each once; {views} \
             page views answered ({:.0} a second), {} counted; {declared}; {duplicates}; first answer after a start: median {:.0?}, \
             longest {:.0?}; the minutes that were due closed {closed_after:.0?} after the last start",
            per_second(orders),
            per_second(views),
            figures.requests_num,
            recoveries[recoveries.len() / 2],
            recoveries[recoveries.len() - 1],
        ));
    });
}

/// How long after a start the minutes that ended while nobody was there are closed, with all that the last server left
/// in the outbox.
async fn time_to_close(place: &Place) -> Duration {
    place.clock.advance_micros(2 * 60_000_000);
    let starting = Instant::now();
    let shop = place.open().await;
    let open_minute = shop.open_minute();
    until("the minutes that were due to close", async || {
        let closed_until = shop.running.store.closed_until().await.unwrap();
        if closed_until >= open_minute { Ok(()) } else { Err(format!("closed until {closed_until}")) }
    })
    .await;
    let took = starting.elapsed();
    shop.close().await;
    took
}

/// What was published more than once, of so many events; each was counted once all the same.
async fn duplicates(place: &Place, events: i64) -> String {
    let bootstrap = place.vars().find(|(name, _)| name == "KAFKA_BOOTSTRAP_SERVERS");
    match (Stack::of_this_run(), bootstrap) {
        (Stack::Production, Some((_, bootstrap))) => {
            let records =
                records::written(&bootstrap, "new_orders").await + records::written(&bootstrap, "web_requests").await;
            assert!(records >= events, "{records} records for {events} events");
            format!("{} duplicates published and absorbed", records - events)
        }
        _ => "each life's log ended with it".to_owned(),
    }
}
