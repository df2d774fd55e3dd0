//! How fast the chain is: starts the real binary in a temporary folder on free ports and measures it over HTTP.
//!
//! Prints orders per second for one client and for 32 with their ratio (what group commit gains), the time from an
//! order's response to its arrival on the dashboard's stream, the time from a minute's end to its row in the file, and
//! the server's memory before and after many page views. Absolute figures are this machine's; ratios travel.
//! Run by `cargo bench --bench chain`; with `-- outage SECONDS` (600) it measures instead what an outage of the broker
//! costs. Loopback only, bounded in count and time.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a report for people, with wall-clock times")]

mod outage;
mod shop;

use shop::{Error, PASSWORD, Shop, WAIT_MAX, client};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const STREAM_ORDERS: usize = 200;
const CLIENTS: usize = 32;
const ORDERS_PER_CLIENT: usize = 100;
const PAGE_VIEWS: usize = 100_000;

async fn order(shop: &Shop, client: &reqwest::Client) -> Result<(), Error> {
    let key = uuid::Uuid::new_v4().simple().to_string();
    let form = [
        ("submission_key", key.as_str()),
        ("email", "bench@example.com"),
        ("quantity[soap]", "2"),
        ("price[soap]", "150"),
        ("quantity[rice]", "1"),
        ("price[rice]", "240"),
    ];
    let answer = client.post(format!("{}/order-new", shop.url)).form(&form).send().await?;
    match answer.status().as_u16() {
        303 => Ok(()),
        status => Err(format!("an order was answered with {status}").into()),
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => chain().await,
        ["outage"] => outage::run(600).await,
        ["outage", seconds] => outage::run(seconds.parse()?).await,
        _ => Err("usage: cargo bench --bench chain [-- outage [SECONDS]]".into()),
    }
}

async fn chain() -> Result<(), Error> {
    let shop = Shop::start(&[])?;
    let client = client()?;
    let deadline = Instant::now() + WAIT_MAX;
    while client.get(format!("{}/readyz?pipeline", shop.url)).send().await?.status() != 200 {
        if Instant::now() > deadline {
            return Err("the shop did not become ready".into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("resident memory, idle: {} MiB", shop.resident_mib()?);
    to_the_stream(&shop, &client).await?;
    orders_per_second(&shop).await?;
    page_views(&shop).await?;
    minute_to_file(&shop).await
}

/// From an order's response to the first event of the stream that has it.
async fn to_the_stream(shop: &Shop, client: &reqwest::Client) -> Result<(), Error> {
    let login = client.post(format!("{}/admin/login", shop.url)).form(&[("password", PASSWORD)]).send().await?;
    if login.status() != 303 {
        return Err(format!("log-in was answered with {}", login.status()).into());
    }
    let mut stream = client.get(format!("{}/admin/metrics/stream", shop.url)).send().await?;
    let (seen, mut arrivals) = tokio::sync::watch::channel((0_i64, Instant::now()));
    let reader = tokio::spawn(async move {
        let mut text = String::new();
        while let Ok(Some(bytes)) = stream.chunk().await {
            text.push_str(&String::from_utf8_lossy(&bytes));
            while let Some(end) = text.find("\n\n") {
                let event: String = text.drain(..end + 2).collect();
                let data = event.lines().find_map(|line| line.strip_prefix("data:"));
                let json = data.and_then(|data| serde_json::from_str::<serde_json::Value>(data).ok());
                if let Some(orders) = json.and_then(|json| json["today"]["total_orders_num"].as_i64()) {
                    seen.send_replace((orders, Instant::now()));
                }
            }
        }
    });
    let mut waits = Vec::new();
    for number in 1..=STREAM_ORDERS as i64 {
        order(shop, client).await?;
        let answered = Instant::now();
        let arrival = tokio::time::timeout(WAIT_MAX, arrivals.wait_for(|(orders, _)| *orders >= number)).await??.1;
        waits.push(arrival.saturating_duration_since(answered));
    }
    reader.abort();
    waits.sort_unstable();
    let (p50, p99) = (waits[waits.len() / 2], waits[waits.len() * 99 / 100]);
    println!("response to stream, {STREAM_ORDERS} orders: p50 {p50:.0?}, p99 {p99:.0?}");
    Ok(())
}

async fn orders_per_second(shop: &Shop) -> Result<(), Error> {
    let mut rates = Vec::new();
    for clients in [1, CLIENTS] {
        let began = Instant::now();
        let work = (0..clients).map(|_| async {
            let client = client()?;
            for _ in 0..ORDERS_PER_CLIENT {
                order(shop, &client).await?;
            }
            Ok::<(), Error>(())
        });
        futures::future::try_join_all(work).await?;
        let rate = (clients * ORDERS_PER_CLIENT) as f64 / began.elapsed().as_secs_f64();
        println!("orders per second, {clients} clients, every commit synced: {rate:.0}");
        rates.push(rate);
    }
    println!("ratio of the two: {:.1}", rates[1] / rates[0]);
    Ok(())
}

async fn page_views(shop: &Shop) -> Result<(), Error> {
    let before = shop.resident_mib()?;
    let began = Instant::now();
    let work = (0..CLIENTS).map(|_| async {
        let client = client()?;
        for _ in 0..PAGE_VIEWS / CLIENTS {
            client.get(&shop.url).send().await?.bytes().await?;
        }
        Ok::<(), Error>(())
    });
    futures::future::try_join_all(work).await?;
    let rate = PAGE_VIEWS as f64 / began.elapsed().as_secs_f64();
    println!("page views per second, {CLIENTS} clients: {rate:.0}");
    println!("resident memory before and after {PAGE_VIEWS} page views: {before} and {} MiB", shop.resident_mib()?);
    Ok(())
}

/// From the end of a minute to the moment when its row stands in the file.
async fn minute_to_file(shop: &Shop) -> Result<(), Error> {
    let file = shop.data("orders.csv");
    let rows = || std::fs::read_to_string(&file).map(|text| text.lines().count());
    let before = rows()?;
    let deadline = Instant::now() + WAIT_MAX;
    while rows()? == before {
        if Instant::now() > deadline {
            return Err("no minute closed".into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH)?;
    println!("minute's end to its row in the file: {:.2} s", since_1970.as_secs_f64() % 60.0);
    Ok(())
}
