//! Everything that the owner's dashboard shows, at one instant. Each event of the stream is one whole snapshot.

use crate::{Clock, Feedback, Figures, LocalTime, Minute, MinuteFigures, Money, OpenAlert, Timestamp, Verification};
use serde::{Deserialize, Serialize};

/// How many minutes the charts show, the open one included.
pub const CHART_MINUTES: usize = 60;
/// How many closed minutes the table shows.
pub const TABLE_MINUTES: usize = 10;
/// How many orders the feed shows.
pub const LATEST_ORDERS: usize = 6;

/// How much feedback the list shows.
pub const LATEST_FEEDBACK: usize = 5;

/// The dashboard at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When it was taken.
    pub taken_at: Timestamp,
    /// What was counted since midnight in the owner's time zone, the open minute included.
    pub today: Figures,
    /// The last [`CHART_MINUTES`] minutes, oldest first, the last one being the open minute; minutes from before
    /// the shop's first start are left out.
    pub last_hour: Vec<MinuteFigures>,
    /// The last [`TABLE_MINUTES`] closed minutes, newest first.
    pub closed: Vec<MinuteFigures>,
    /// The state of the way from event to figure.
    pub pipeline: Pipeline,
    /// Whether orders, figures and files agree.
    pub verifying: Verifying,
    /// How the owner's clock shows the time of this snapshot.
    pub local: LocalTime,
    /// The last [`LATEST_ORDERS`] orders of this shop, newest first.
    pub latest_orders: Vec<LatestOrder>,
    /// The last [`LATEST_FEEDBACK`] that customers said of their orders, newest first.
    pub latest_feedback: Vec<Feedback>,
    /// What the owner should know at once.
    pub alerting: Alerting,
    /// Another number whenever records of any stream were counted. Not for programs.
    #[serde(skip)]
    pub applied: i64,
}

/// Alerts, and the messages about them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerting {
    /// Those whose condition holds, the oldest first.
    pub open: Vec<OpenAlert>,
    /// What became of the messages that this process sent.
    pub deliveries: DeliveryCounts,
}

/// Tries to reach the webhook, since this process was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryCounts {
    /// Messages that the receiver took.
    pub delivered: u64,
    /// Tries that failed.
    pub failed: u64,
    /// Messages that were given up.
    pub given_up: u64,
}

/// An order as the owner's feed shows it: never who ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestOrder {
    /// Its number.
    pub order_id: i64,
    /// When it was made.
    pub event_time: Timestamp,
    /// Names and quantities, in the order of their slugs.
    pub goods: Vec<(String, i64)>,
    /// Its price.
    pub total: Money,
    /// Paid at once, or on credit.
    pub is_paid: bool,
}

impl Snapshot {
    /// The owner's clock on the day of this snapshot.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.local.clock(self.taken_at)
    }

    /// What was counted in the open minute so far.
    #[must_use]
    pub fn open(&self) -> Figures {
        self.last_hour.last().map_or(Figures::ZERO, |minute| minute.figures)
    }
}

/// The checks of this process, of which the last one's result is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verifying {
    /// One runs now.
    pub is_running: bool,
    /// What the last one found that could read everything.
    pub last: Option<Verification>,
    /// When one after it could not; `None` while the last one could.
    pub failed_at: Option<Timestamp>,
}

/// The state of the way from event to figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Which broker: `embedded broker on 127.0.0.1:9092`, or the bootstrap servers.
    pub broker: String,
    /// Since when no broker answers; `None` while one does.
    pub unreachable_since: Option<Timestamp>,
    /// What Kafka refuses or cannot deliver, in sentences; empty when all is well.
    pub kafka_errors: Vec<String>,
    /// Events that wait in the outbox to be counted.
    pub outbox_events: i64,
    /// The event time of the oldest of them.
    pub outbox_oldest: Option<Timestamp>,
    /// Records between the consumer's positions and the ends of the log; `None` while not known.
    pub consumer_lag: Option<i64>,
    /// Every minute before this one is closed: figures are complete up to its start.
    pub closed_until: Minute,
    /// Records that could not be read and wait for the owner.
    pub dead_letters: i64,
    /// Records that could not be read, and of which only the offsets are kept, because too many came in a row.
    pub dead_letters_by_offset: i64,
    /// Events that were counted into a minute after it was closed.
    pub late_events: i64,
    /// Records of other shops on the same cluster, not counted.
    pub other_shops_records: i64,
    /// Records without source from before the first minute or more than 60 seconds ahead, not counted.
    pub out_of_range_records: i64,
    /// Records that name an outbox row which was never issued, not counted.
    pub anomalies: i64,
    /// Page views that were not counted, because the queue to the database was full.
    pub dropped_page_views: i64,
}
