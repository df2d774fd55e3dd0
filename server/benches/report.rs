//! How long the server takes for a report of 12 months: makes a shop with two years of minutes in a temporary folder,
//! and asks for each range as the dashboard does, compared with the period before. Prints milliseconds, and checks the
//! largest sum against the minutes themselves. Run by `cargo bench --bench report`.
#![expect(clippy::print_stdout, reason = "a report for people")]

use domain::ReportQuery;
use domain::report::Range;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection};
use std::time::{Duration, Instant};
use store::{Clock, DatabaseOptions, Store};
use tokio::sync::mpsc;

type Error = Box<dyn std::error::Error + Send + Sync>;

const MINUTES: i64 = 2 * 365 * 24 * 60;
const RUNS: usize = 20;
const MILLIS_MAX: u128 = 200;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("pantry.db");
    open(&file).await?.close().await;
    let mut database = SqliteConnectOptions::new().filename(&file).connect().await?;
    fill(&mut database).await?;
    let store = open(&file).await?;

    println!("a report of {MINUTES} minutes with trade in each of them, {RUNS} runs, milliseconds");
    println!("{:<28} {:>8} {:>8} {:>8}", "", "buckets", "median", "slowest");
    let mut slowest = Duration::ZERO;
    for range in Range::NAMED {
        for size in range.sizes() {
            let query = ReportQuery { range, size: *size, ..ReportQuery::default() };
            let mut took = Vec::with_capacity(RUNS);
            let mut buckets = 0;
            for _ in 0..RUNS {
                let begun = Instant::now();
                let report = app::make_report(&store, query).await?;
                buckets = serde_json::to_string(&report).map(|_| report.buckets.len())?;
                took.push(begun.elapsed());
            }
            took.sort_unstable();
            let millis = |at: usize| took.get(at).map_or(0.0, |took| took.as_secs_f64() * 1_000.0);
            let name = format!("{} by {}", range.label(), size.name());
            println!("{name:<28} {buckets:>8} {:>8.1} {:>8.1}", millis(RUNS / 2), millis(RUNS - 1));
            slowest = slowest.max(took.last().copied().unwrap_or_default());
        }
    }

    let year = app::make_report(&store, ReportQuery::default().with_range(Range::Year)).await?;
    let first = year.buckets.first().ok_or("a year without days")?.start.number();
    let begun = Instant::now();
    let sum = "select sum(own_total_orders_price) from minutes_new_orders where minute >= $1";
    let cents: i64 = sqlx::query(sum).bind(first).fetch_one(&mut database).await?.try_get(0)?;
    println!("\nfor comparison, one sum over the minutes of a year: {:.1}", begun.elapsed().as_secs_f64() * 1_000.0);
    if cents != year.counts.figures.total_orders_price.cents() {
        return Err(format!("the report says {:?}, the minutes say {cents} cents", year.counts).into());
    }
    println!(
        "the report of 12 months holds what its minutes hold, to the cent: {}",
        year.counts.figures.total_orders_price
    );
    store.close().await;
    if slowest.as_millis() >= MILLIS_MAX {
        return Err(format!("the slowest took {slowest:?}, not under {MILLIS_MAX} ms").into());
    }
    Ok(())
}

async fn open(file: &std::path::Path) -> Result<Store, Error> {
    let (relay, _relayed) = mpsc::channel(1);
    let options = DatabaseOptions::at(format!("sqlite://{}", file.display()));
    Ok(Store::open(&options, Clock::default(), relay).await?)
}

/// Two years of minutes, and the roll-ups that the same trade would have made: the migration's own sums.
async fn fill(database: &mut SqliteConnection) -> Result<(), Error> {
    for sql in [
        "pragma synchronous = off".to_owned(),
        format!("update shop set first_minute = closed_until - {MINUTES}"),
        "update streams set first_minute = (select first_minute from shop)".to_owned(),
        filled("web_requests", "own_requests_num, own_visits_num", "7 + n % 5, 3"),
        filled(
            "new_orders",
            "own_total_orders_num, own_total_orders_amount, own_total_orders_price, own_total_paid_orders_num,
             own_total_paid_orders_amount, own_total_paid_orders_price",
            "2, 3 + n % 4, 480 + n % 977, 1, 2, 240 + n % 480",
        ),
        filled("feedback", "own_total_feedback_num, own_total_feedback_stars", "1, 1 + n % 5"),
        "insert into quarters_web_requests (quarter, requests_num, visits_num)
         select minute / 15, sum(own_requests_num), sum(own_visits_num) from minutes_web_requests group by 1"
            .to_owned(),
        "insert into quarters_new_orders (quarter, total_orders_num, total_orders_amount, total_orders_price,
                total_paid_orders_num, total_paid_orders_amount, total_paid_orders_price)
         select minute / 15, sum(own_total_orders_num), sum(own_total_orders_amount), sum(own_total_orders_price),
                sum(own_total_paid_orders_num), sum(own_total_paid_orders_amount), sum(own_total_paid_orders_price)
           from minutes_new_orders
          group by 1"
            .to_owned(),
        "insert into quarters_feedback (quarter, total_feedback_num, total_feedback_stars)
         select minute / 15, sum(own_total_feedback_num), sum(own_total_feedback_stars) from minutes_feedback group by 1"
            .to_owned(),
        "insert into quarter_goods (slug, quarter, quantity, price)
         select goods.slug, quarters.quarter, 3, 720 from goods cross join quarters_new_orders as quarters"
            .to_owned(),
        "insert into quarter_groups (topic, field, is_other, value, quarter, events_num)
         select 'web_requests', 'path', 0, path, quarter, 20
           from quarters_web_requests cross join (select '/' as path union all select '/order-new'
                  union all select '/order-new-complete' union all select '/my-orders')"
            .to_owned(),
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *database).await?;
    }
    Ok(())
}

/// Every minute of a stream, closed.
fn filled(topic: &str, columns: &str, values: &str) -> String {
    format!(
        "with recursive number (n) as (select 0 union all select n + 1 from number where n + 1 < {MINUTES})
         insert into minutes_{topic} (minute, is_closed, {columns})
         select (select first_minute from shop) + n, 1, {values} from number"
    )
}
