//! A shop that is open in this process: its figures as each place shows them, and the clock that moves it on.

use super::csv::{self, Row};
use super::database::Database;
use super::{Browser, until};
use domain::{Figures, Minute};
use server::startup::RunningShop;
use std::path::PathBuf;
use store::Clock;

/// Past the closer's grace of two seconds.
const PAST_GRACE_MICROS: i64 = 5_000_000;

/// An open shop.
pub(crate) struct OpenShop {
    pub(crate) running: RunningShop,
    pub(crate) clock: Clock,
    pub(crate) data: PathBuf,
    database_url: String,
}

impl OpenShop {
    pub(crate) fn new(running: RunningShop, clock: Clock, data: PathBuf, database_url: String) -> OpenShop {
        OpenShop { running, clock, data, database_url }
    }

    /// A customer's browser.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.running.addr)
    }

    /// A look into its database from outside.
    pub(crate) async fn database(&self) -> Database {
        Database::open(&self.database_url).await
    }

    /// Everything that was counted, own and foreign.
    pub(crate) async fn figures(&self) -> Figures {
        self.running.store.figures_since(self.running.store.first_minute()).await.unwrap()
    }

    pub(crate) fn open_minute(&self) -> Minute {
        Minute::of(self.clock.now())
    }

    /// Moves the clock to this many microseconds after the minute's start.
    pub(crate) fn move_clock_to(&self, minute: Minute, micros: i64) {
        self.clock.advance_micros(minute.start().plus_micros(micros).micros_since(self.clock.now()));
    }

    /// Moves the clock past the end of the open minute, and waits until it is closed and stands in all files.
    /// Answers which one it was.
    pub(crate) async fn close_open_minute(&self) -> Minute {
        let open = self.open_minute();
        self.move_clock_to(open.plus(1), PAST_GRACE_MICROS);
        self.wait_closed(open).await;
        open
    }

    /// Waits until the minute is closed and stands in all files.
    pub(crate) async fn wait_closed(&self, minute: Minute) {
        until(&format!("the minute {minute} to close"), async || {
            let closed_until = self.running.store.closed_until().await.unwrap();
            let outbox = self.running.store.outbox_state().await.unwrap();
            let health = self.running.health.borrow().clone();
            if closed_until > minute {
                return Ok(());
            }
            Err(format!("closed until {closed_until}, {outbox:?}, {health:?}"))
        })
        .await;
        until(&format!("the rows of {minute}"), async || {
            let rows = csv::read(&self.data)?;
            let last = rows.last().map(|row| row.datetime.clone());
            if last.clone().is_some_and(|last| last >= minute.to_string()) {
                return Ok(());
            }
            Err(format!("the last row is {last:?}"))
        })
        .await;
    }

    /// The rows of the files; they must be whole.
    pub(crate) fn rows(&self) -> Vec<Row> {
        csv::read(&self.data).unwrap()
    }

    /// The figures of a closed minute as the files have them.
    #[track_caller]
    pub(crate) fn row(&self, minute: Minute) -> Figures {
        let rows = self.rows();
        let found = rows.iter().find(|row| row.datetime == minute.to_string());
        found.unwrap_or_else(|| panic!("no row of {minute} among {rows:?}")).figures
    }

    /// What the pipeline knows of itself, for a test that waits in vain.
    async fn pipeline(&self) -> String {
        let outbox = self.running.store.outbox_state().await;
        let positions =
            "select topic || ' ' || partition_id || ': ' || generation || ', ' || next_offset from positions";
        let positions = self.database().await.texts(positions).await;
        format!("{outbox:?}, {:?}, positions {positions:?}", *self.running.health.borrow())
    }

    /// Waits until nothing waits in the outbox.
    pub(crate) async fn wait_counted(&self) {
        until("the outbox to be empty", async || {
            let outbox = self.running.store.outbox_state().await.unwrap();
            if outbox.events == 0 { Ok(()) } else { Err(self.pipeline().await) }
        })
        .await;
    }

    /// Waits until so many page views are counted: they enter the outbox a little after they were answered.
    pub(crate) async fn wait_views(&self, expected: i64) {
        until(&format!("{expected} page views to be counted"), async || {
            let counted = self.figures().await.requests_num;
            if counted == expected { Ok(()) } else { Err(format!("{counted}, {}", self.pipeline().await)) }
        })
        .await;
    }

    /// Waits until something more is counted than now.
    pub(crate) async fn wait_counted_once(&self) {
        let before = self.figures().await;
        until("something to be counted", async || {
            if self.figures().await == before { Err(format!("still {before:?}")) } else { Ok(()) }
        })
        .await;
    }

    /// Waits until every event is counted, closes the open minute, and compares all places where figures stand.
    /// Answers the figures.
    pub(crate) async fn assert_all_agree(&self) -> Figures {
        self.wait_counted().await;
        self.close_open_minute().await;
        let figures = self.figures().await;
        let mut database = self.database().await;
        assert_eq!(database.orders().await, database.own_figures().await.orders_only(), "orders table, own figures");
        database.close().await;
        until("the files to have every figure", async || {
            let rows = csv::read(&self.data)?;
            let sum = csv::sum(&rows);
            if sum == figures { Ok(()) } else { Err(format!("{sum:?}, the figures are {figures:?}")) }
        })
        .await;
        csv::assert_no_gap(&self.rows(), self.running.store.first_minute());
        let store = &self.running.store;
        let found = pipeline::verification::verify(|| store.audit(), &self.data).await.unwrap();
        assert!(found.agrees(), "{found:?}");
        figures
    }

    /// Stops it in good order.
    pub(crate) async fn close(self) {
        self.running.stop().await;
    }
}

/// The part of figures that orders make.
pub(crate) trait OrdersOnly {
    fn orders_only(self) -> Figures;
}

impl OrdersOnly for Figures {
    fn orders_only(self) -> Figures {
        Figures { requests_num: 0, ..self }
    }
}
