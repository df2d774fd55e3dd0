//! Faults of the machine: a database that another process locks, a folder that cannot be written, a disk that is full,
//! no file descriptors left.

use crate::harness::process::ServerProcess;
use crate::harness::traffic::{Remember, Traffic, assert_exact, send_again};
use crate::harness::{Browser, Cart, Place, Stack, run, until};
use std::sync::Arc;
use std::time::Duration;

const CART: Cart<'static> = Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true };

#[test]
fn a_database_locked_for_three_seconds_delays_and_for_long_is_said() {
    if Stack::Newcomer.is_missing("nobody locks a whole PostgreSQL") {
        return;
    }
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let browser = shop.browser();
        let mut form = browser.form().await;
        form.fill(&CART);
        let mut other = shop.database().await;

        other.execute("begin immediate").await;
        let (ordered, ()) = tokio::join!(browser.try_send(&form), async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            other.execute("rollback").await;
        });
        assert_eq!(ordered.unwrap().status, 303, "a short lock only delays");

        other.execute("begin immediate").await;
        let mut form = browser.form().await;
        form.fill(&CART);
        let refused = browser.send(&form).await;
        assert_eq!(refused.status, 503, "{}", refused.body);
        assert!(refused.body.contains("rice"), "what was typed stays");
        other.execute("rollback").await;
        until("the order to be taken", async || match browser.send(&form).await.status.as_u16() {
            303 => Ok(()),
            status => Err(status.to_string()),
        })
        .await;
        let figures = shop.assert_all_agree().await;
        assert_eq!(figures.total_orders_num, 2);
        shop.close().await;
    });
}

#[test]
fn a_folder_that_cannot_be_written_delays_the_rows_only() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        shop.close_open_minute().await;
        // Root may write into a read-only folder; nobody may write into a folder that stands where the file should.
        let (file, kept) = (place.data().join("orders.csv"), place.data().join("kept.csv"));
        std::fs::rename(&file, &kept).unwrap();
        std::fs::create_dir(&file).unwrap();
        shop.browser().order(&CART).await;
        shop.wait_views(1).await;
        shop.wait_counted().await;
        let minute = shop.open_minute();
        shop.move_clock_to(minute.plus(1), 5_000_000);
        until("the minute to close all the same", async || {
            let closed_until = shop.running.store.closed_until().await.unwrap();
            if closed_until > minute { Ok(()) } else { Err(format!("{closed_until}")) }
        })
        .await;
        assert_eq!(shop.browser().get("/").await.status, 200, "it sells");
        std::fs::remove_dir(&file).unwrap();
        shop.wait_closed(minute).await;
        shop.wait_views(2).await;
        let figures = shop.assert_all_agree().await;
        assert_eq!((figures.total_orders_num, figures.requests_num), (1, 2));
        shop.close().await;
    });
}

/// Customers until the given state of the running server has lasted a while, then a successor that must be exact.
async fn exact_after(place: &Place, trouble: &str, relief: &str) {
    let server = ServerProcess::start(place).await;
    let memory = Remember::default();
    let browser = Browser::new(server.addr);
    let traffic = Traffic::start(&browser, &memory);
    let answered = || memory.lock().unwrap().orders.values().filter(|order| order.answered.is_some()).count();
    until("orders before the trouble", async || if answered() > 10 { Ok(()) } else { Err(answered().to_string()) })
        .await;
    limit(server.id(), trouble).await;
    until("an order that is refused", async || {
        let refused = memory.lock().unwrap().orders.values().filter(|order| order.answered.is_none()).count();
        if refused > 10 { Ok(()) } else { Err(format!("{refused} refused")) }
    })
    .await;
    limit(server.id(), relief).await;
    let before = answered();
    until(
        "orders after the trouble",
        async || if answered() > before + 10 { Ok(()) } else { Err(answered().to_string()) },
    )
    .await;
    traffic.stop().await;
    send_again(&browser, &memory).await;
    server.terminate().await;
    assert_eq!(server.wait().await.code(), Some(0));
    let memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
    assert_exact(place, &memory, 0).await;
}

/// Changes a limit of a running process.
async fn limit(process: u32, limit: &str) {
    let arguments = ["--pid", &process.to_string(), limit];
    let output = tokio::process::Command::new("prlimit").args(arguments).output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_database_that_may_not_grow_refuses_orders_and_loses_none() {
    if Stack::Newcomer.is_missing("PostgreSQL's files are another process's") {
        return;
    }
    run(async { exact_after(&Place::at_wall_clock(), "--fsize=1000:", "--fsize=unlimited:").await });
}

#[test]
fn without_file_descriptors_nothing_answered_is_lost() {
    run(async { exact_after(&Place::at_wall_clock(), "--nofile=3:", "--nofile=65536:").await });
}
