//! How long `server verify` takes on a million orders in a year of minutes: makes such a shop in a temporary folder,
//! with its files, and runs the real binary on it. Prints seconds, and how they compare with reading the orders table
//! once. Run by `cargo bench --bench verify`.
#![expect(clippy::print_stdout, reason = "a report for people")]

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, SqliteConnection};
use std::process::Command;
use std::time::Instant;
use store::{Clock, DatabaseOptions, Store};
use streams::Streams;
use tokio::sync::mpsc;

type Error = Box<dyn std::error::Error + Send + Sync>;

const ORDERS: i64 = 1_000_000;
const MINUTES: i64 = 365 * 24 * 60;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("pantry.db");
    let (relay, _relayed) = mpsc::channel(1);
    Store::open(&DatabaseOptions::at(format!("sqlite://{}", file.display())), Clock::default(), relay)
        .await?
        .close()
        .await;
    let mut database = SqliteConnectOptions::new().filename(&file).connect().await?;
    fill(&mut database).await?;
    let begun = Instant::now();
    sqlx::query("select sum(amount), sum(total_price) from orders").fetch_one(&mut database).await?;
    let one_read = begun.elapsed();
    sqlx::Connection::close(database).await?;
    write_files(&file, folder.path()).await?;

    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_server")).arg("verify").env("DATA_DIR", folder.path()).output()?;
    let took = begun.elapsed();
    print!("{}", String::from_utf8_lossy(&output.stdout));
    if !output.status.success() {
        return Err(format!("verify ended with {}", output.status).into());
    }
    println!("\n{ORDERS} orders in {MINUTES} minutes: verified in {:.1} s", took.as_secs_f64());
    println!("that is {:.1} times one plain read of the orders table", took.as_secs_f64() / one_read.as_secs_f64());
    Ok(())
}

/// Orders spread over the minutes, each counted in its own.
async fn fill(database: &mut SqliteConnection) -> Result<(), Error> {
    for sql in [
        "pragma synchronous = off".to_owned(),
        format!("update shop set first_minute = closed_until - {MINUTES}"),
        format!(
            "with recursive number (n) as (select 0 union all select n + 1 from number where n + 1 < {ORDERS})
             insert into orders (token, submission_key, email, is_paid, amount, total_price, event_time)
             select n, n, 'a@example.com', n % 2, 1 + n % 7, (1 + n % 7) * 240,
                    ((select first_minute from shop) + n % {MINUTES}) * 60000000 + n % 60000000
               from number"
        ),
        "update streams set first_minute = (select first_minute from shop)".to_owned(),
        closed("feedback"),
        closed("new_orders"),
        closed("web_requests"),
        "update minutes_new_orders
            set own_total_orders_num = sums.orders, own_total_orders_amount = sums.amount,
                own_total_orders_price = sums.price, own_total_paid_orders_num = sums.paid,
                own_total_paid_orders_amount = sums.paid_amount, own_total_paid_orders_price = sums.paid_price
           from (select event_time / 60000000 as minute, count(*) as orders, sum(amount) as amount,
                        sum(total_price) as price, sum(is_paid) as paid, sum(is_paid * amount) as paid_amount,
                        sum(is_paid * total_price) as paid_price
                   from orders group by 1) as sums
          where sums.minute = minutes_new_orders.minute"
            .to_owned(),
        "insert into quarters_new_orders (quarter, total_orders_num, total_orders_amount, total_orders_price,
                total_paid_orders_num, total_paid_orders_amount, total_paid_orders_price)
         select minute / 15, sum(own_total_orders_num), sum(own_total_orders_amount), sum(own_total_orders_price),
                sum(own_total_paid_orders_num), sum(own_total_paid_orders_amount), sum(own_total_paid_orders_price)
           from minutes_new_orders
          group by 1"
            .to_owned(),
        "insert into quarters_web_requests (quarter) select distinct minute / 15 from minutes_web_requests".to_owned(),
        "insert into quarters_feedback (quarter) select distinct minute / 15 from minutes_feedback".to_owned(),
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *database).await?;
    }
    Ok(())
}

/// All files, as a shop that runs writes them.
async fn write_files(file: &std::path::Path, folder: &std::path::Path) -> Result<(), Error> {
    use sinks::csv::{PAGE_MINUTES_MAX, repair};
    let url = format!("sqlite://{}", file.display());
    let mut audit = store::Audit::open(&url, Streams::own(), Clock::default()).await?;
    let (runtime, folder) = (tokio::runtime::Handle::current(), folder.to_owned());
    tokio::task::spawn_blocking(move || {
        for topic in Streams::own().all().iter().copied() {
            let mut pages = |from| {
                let page = audit.closed_minutes_from(topic, from, PAGE_MINUTES_MAX as i64);
                runtime.block_on(page).map_err(std::io::Error::other)
            };
            repair(&folder, topic, &mut pages)?;
        }
        Ok(())
    })
    .await?
}

/// Every minute of a stream, closed, with nothing in it.
fn closed(topic: &str) -> String {
    format!(
        "with recursive number (n) as (select 0 union all select n + 1 from number where n + 1 < {MINUTES})
         insert into minutes_{topic} (minute, is_closed) select (select first_minute from shop) + n, 1 from number"
    )
}
