//! What an outage of the broker costs: page views at a steady rate without a broker, with the resident memory as it
//! goes; then a broker, and how fast the outbox drains.

use crate::shop::{Error, Shop, client};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const VIEWS_PER_SECOND: u64 = 2_000;
/// Page views under way at once.
const CLIENTS: usize = 32;
const DRAINED_WITHIN: Duration = Duration::from_secs(600);
const REPORTS: u32 = 10;

/// Runs it for so long.
pub(crate) async fn run(seconds: u64) -> Result<(), Error> {
    let rate = VIEWS_PER_SECOND;
    // Nobody listens there yet.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let shop = Shop::start(&[("KAFKA_BOOTSTRAP_SERVERS", &format!("127.0.0.1:{port}"))])?;
    println!("resident memory, idle: {} MiB", shop.resident_mib()?);
    let (began, views) = (Instant::now(), seconds * rate);
    let mut most = 0;
    for report in 1..=REPORTS {
        let target = views * u64::from(report) / u64::from(REPORTS);
        let sent = views * u64::from(report - 1) / u64::from(REPORTS);
        send(&shop, began, rate, sent..target).await?;
        let resident = shop.resident_mib()?;
        most = most.max(resident);
        println!("{:.0?}: {target} page views, resident {resident} MiB", began.elapsed());
    }
    let took = began.elapsed().as_secs_f64();
    println!("without a broker for {took:.0} s at {:.0} page views a second: at most {most} MiB", views as f64 / took);

    let shutdown = CancellationToken::new();
    let broker = tokio::spawn(pipeline::kafka::embedded::run(port, port, shutdown.clone()));
    let drained = drain(&shop, views).await;
    shutdown.cancel();
    broker.await?;
    drained
}

/// Sends the page views of these numbers, each when it is due.
async fn send(shop: &Shop, began: Instant, rate: u64, numbers: std::ops::Range<u64>) -> Result<(), Error> {
    let work = (0..CLIENTS as u64).map(|first| {
        let numbers = numbers.clone();
        async move {
            let client = client()?;
            for number in numbers.skip(first as usize).step_by(CLIENTS) {
                let due = began + Duration::from_micros(number * 1_000_000 / rate);
                tokio::time::sleep_until(due.into()).await;
                let answer = client.get(format!("{}/my-orders", shop.url)).send().await?;
                let status = answer.status().as_u16();
                // To its end, so that the connection is free again.
                answer.bytes().await?;
                match status {
                    200 => {}
                    status => return Err(format!("a page view was answered with {status}").into()),
                }
            }
            Ok::<(), Error>(())
        }
    });
    futures::future::try_join_all(work).await?;
    Ok(())
}

/// Waits until every page view is counted, and prints how fast they were from the first one on.
async fn drain(shop: &Shop, views: u64) -> Result<(), Error> {
    let counted = async || -> Result<u64, Error> {
        let sum = "select cast(coalesce(sum(own_requests_num), 0) as bigint) from minutes_web_requests";
        Ok(u64::try_from(shop.number(sum).await?)?)
    };
    let came_back = Instant::now();
    let mut first = None;
    let mut most = 0;
    while counted().await? < views {
        if first.is_none() && counted().await? > 0 {
            first = Some(Instant::now());
        }
        most = most.max(shop.resident_mib()?);
        if came_back.elapsed() > DRAINED_WITHIN {
            return Err(format!("{} of {views} page views are counted", counted().await?).into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let first = first.unwrap_or(came_back);
    let per_second = views as f64 / first.elapsed().as_secs_f64();
    println!(
        "back: first counted after {:.1?}; {views} events drained in {:.1?}, {per_second:.0} a second, at most {most} MiB",
        first - came_back,
        first.elapsed(),
    );
    Ok(())
}
