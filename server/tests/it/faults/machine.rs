//! Faults of the machine: a database that another process locks, a folder that cannot be written, a disk that is full,
//! no file descriptors left.

use crate::harness::process::ServerProcess;
use crate::harness::shop::OrdersOnly;
use crate::harness::stack::skipped;
use crate::harness::traffic::{Remember, Traffic, assert_exact, send_again};
use crate::harness::{Browser, Cart, Place, Stack, run, until};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

const CART: Cart<'static> = Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true };

#[test]
fn a_database_locked_for_three_seconds_delays_and_for_thirty_is_said() {
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

        let mut form = browser.form().await;
        form.fill(&CART);
        let memory = Remember::default();
        let traffic = Traffic::start(&browser, &memory);
        wait_answered(&memory, 10).await;
        other.execute("begin immediate").await;
        let (refused, ()) = tokio::join!(browser.send(&form), async {
            tokio::time::sleep(Duration::from_secs(30)).await;
            other.execute("rollback").await;
        });
        assert_eq!(refused.status, 503, "{}", refused.body);
        assert!(refused.body.contains("rice"), "what was typed stays");
        wait_answered(&memory, 10).await;
        traffic.stop().await;
        send_again(&browser, &memory).await;
        assert_eq!(browser.send(&form).await.status, 303);
        let memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
        // The two forms of this test were viewed as well.
        shop.wait_views(memory.views_sent as i64 + 2).await;
        let figures = shop.assert_all_agree().await.orders_only();
        assert_eq!(figures.total_orders_num, memory.figures().total_orders_num + 2);
        assert_eq!(shop.running.snapshots.borrow().pipeline.dropped_page_views, 0);
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
        fs::rename(&file, &kept).unwrap();
        fs::create_dir(&file).unwrap();
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
        fs::remove_dir(&file).unwrap();
        shop.wait_closed(minute).await;
        shop.wait_views(2).await;
        let figures = shop.assert_all_agree().await;
        assert_eq!((figures.total_orders_num, figures.requests_num), (1, 2));
        shop.close().await;
    });
}

/// A disk of its own at `folder`; it is taken away when dropped.
struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// `None`, and a line that says why, where this user may not mount one.
    fn mount(folder: PathBuf) -> Option<SmallDisk> {
        fs::create_dir_all(&folder).unwrap();
        let options = ["-t", "tmpfs", "-o", "size=16m", "tmpfs"];
        let mounted = Command::new("mount").args(options).arg(&folder).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(SmallDisk { folder });
        }
        skipped("this user may not mount a small disk");
        None
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    /// Writes until nothing more fits.
    fn fill(&self) {
        let mut ballast = fs::File::create(self.ballast()).unwrap();
        for block in [[0; 64 * 1024].as_slice(), &[0; 512], &[0]] {
            while ballast.write_all(block).is_ok() {}
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
    }
}

#[test]
fn a_full_disk_refuses_orders_and_loses_none() {
    if Stack::Newcomer.is_missing("PostgreSQL's files are another process's") {
        return;
    }
    run(async {
        let place = Place::at_wall_clock();
        let Some(disk) = SmallDisk::mount(place.data()) else { return };
        let server = ServerProcess::start(&place).await;
        let browser = Browser::new(server.addr);
        let memory = Remember::default();
        let traffic = Traffic::start(&browser, &memory);
        wait_answered(&memory, 10).await;
        disk.fill();
        memory.lock().unwrap().views_sent += 1;
        let mut form = browser.form().await;
        form.fill(&CART);
        until("an order that is refused because the disk is full", async || {
            form.set("submission_key", uuid::Uuid::new_v4().simple());
            let answer = browser.send(&form).await;
            if answer.status == 303 {
                // There was room in what is written already.
                memory.lock().unwrap().add(form.key(), 1, true, answer.location);
                return Err("it was taken".to_owned());
            }
            assert_eq!(answer.status, 503, "{}", answer.body);
            Ok(())
        })
        .await;
        fs::remove_file(disk.ballast()).unwrap();
        wait_answered(&memory, 10).await;
        traffic.stop().await;
        send_again(&browser, &memory).await;
        server.terminate().await;
        assert_eq!(server.wait().await.code(), Some(0));
        let memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
        assert_exact(&place, &memory, 0).await;
    });
}

/// So many rows do not fit into what a full disk has left of the files' last blocks.
const MINUTES_WITHOUT_ROOM: i64 = 300;

#[test]
fn a_full_disk_delays_the_rows_only() {
    run(async {
        let place = Place::new();
        let database = format!("sqlite://{}", place.path().join("elsewhere/pantry.db").display());
        let place = match Stack::of_this_run() {
            Stack::Newcomer => place.with("DATABASE_URL", database),
            Stack::Production => place,
        };
        let Some(disk) = SmallDisk::mount(place.data()) else { return };
        let shop = place.open_ready().await;
        shop.close_open_minute().await;
        // The one that is written first.
        let file = place.data().join("feedback.csv");
        let (before, written_at) = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().modified().unwrap());
        disk.fill();
        shop.browser().order(&CART).await;
        shop.wait_views(1).await;
        shop.wait_counted().await;
        let last = shop.open_minute().plus(MINUTES_WITHOUT_ROOM);
        shop.move_clock_to(last.plus(1), 5_000_000);
        until("the minutes to close all the same", async || {
            let closed_until = shop.running.store.closed_until().await.unwrap();
            if closed_until > last { Ok(()) } else { Err(format!("{closed_until}")) }
        })
        .await;
        until("rows to be tried, and what was written of them to be taken back", async || {
            let is_tried = fs::metadata(&file).unwrap().modified().unwrap() > written_at;
            if is_tried && fs::read(&file).unwrap() == before { Ok(()) } else { Err(format!("tried: {is_tried}")) }
        })
        .await;
        shop.browser().order(&CART).await;
        fs::remove_file(disk.ballast()).unwrap();
        shop.wait_closed(last).await;
        shop.wait_views(2).await;
        let figures = shop.assert_all_agree().await;
        assert_eq!((figures.total_orders_num, figures.requests_num), (2, 2));
        let kept_aside = fs::read_dir(place.data())
            .unwrap()
            .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().ends_with(".bak")));
        assert_eq!(kept_aside.count(), 0, "nobody edited a file");
        shop.close().await;
    });
}

#[test]
fn without_file_descriptors_nothing_answered_is_lost() {
    run(async {
        let place = Place::at_wall_clock();
        let server = ServerProcess::start(&place).await;
        let browser = Browser::new(server.addr);
        let memory = Remember::default();
        let traffic = Traffic::start(&browser, &memory);
        wait_answered(&memory, 10).await;
        limit(server.id(), "--nofile=3:");
        until("a customer who finds nobody", async || {
            let stranger = Browser::new(server.addr);
            match tokio::time::timeout(Duration::from_secs(1), stranger.try_get("/healthz")).await {
                Ok(Ok(answer)) if answer.status == 200 => Err("served".to_owned()),
                _ => Ok(()),
            }
        })
        .await;
        limit(server.id(), "--nofile=1024:");
        wait_answered(&memory, 10).await;
        memory.lock().unwrap().views_sent += 1;
        assert_eq!(Browser::new(server.addr).get("/order-new").await.status, 200);
        traffic.stop().await;
        send_again(&browser, &memory).await;
        server.terminate().await;
        assert_eq!(server.wait().await.code(), Some(0));
        let memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
        assert_exact(&place, &memory, 0).await;
    });
}

/// Waits until so many more orders are answered than now.
async fn wait_answered(memory: &Remember, more: usize) {
    let answered = || memory.lock().unwrap().orders.values().filter(|order| order.answered.is_some()).count();
    let before = answered();
    until("orders to be answered", async || {
        if answered() >= before + more { Ok(()) } else { Err(format!("{}, {before} before", answered())) }
    })
    .await;
}

/// Changes a limit of a running process.
fn limit(process: u32, limit: &str) {
    let arguments = ["--pid", &process.to_string(), limit];
    let output = Command::new("prlimit").args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}
