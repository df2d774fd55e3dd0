//! What keeps an open dashboard current: it follows the stream of figures, loads the report again, and says how the
//! page stands to the shop. In the browser only; on the server nothing of it begins. Called by the dashboard.

use super::REFRESH_SECONDS;
use crate::ShopError;
use crate::api::{live_snapshot, owners_report};
use crate::browser::{Follower, follow, load_again_once_there};
use crate::components::Connection;
use crate::router::use_location;
use domain::report::{Answer, Bucket, BucketSize, BucketState};
use domain::{Figures, Minute, Snapshot, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;

const STREAM: &str = "/admin/metrics/stream";
const STREAM_EVENT: &str = "stats";
/// A live report is loaded again at most so often; one of many days seldomer.
const RELOAD_MICROS_MIN: i64 = 2_000_000;
const RELOAD_DAYS_MICROS_MIN: i64 = 10_000_000;

/// How the report on the page stands to its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// It is what was asked for.
    Current,
    /// Another one is on its way.
    Loading,
    /// Another one could not be had; the last one is still shown.
    Failed,
}

/// What an open dashboard shows. Copies share it.
#[derive(Clone, Copy)]
pub(super) struct Live {
    /// The figures of now.
    pub(super) snapshot: RwSignal<Snapshot>,
    /// How the page stands to the stream of them.
    pub(super) connection: RwSignal<Connection>,
    /// The report that the address asks for, or the one before it.
    pub(super) answer: RwSignal<Answer>,
    /// Which of the two.
    pub(super) shown: RwSignal<Shown>,
    /// How many reports were asked for: an answer to any but the last is late.
    asked: StoredValue<u32>,
    /// Whether the last one is still on its way.
    is_awaited: StoredValue<bool>,
}

impl Live {
    /// As the server rendered it.
    pub(super) fn new(first: Snapshot, answer: Answer) -> Live {
        Live {
            snapshot: RwSignal::new(first),
            connection: RwSignal::new(Connection::Idle),
            answer: RwSignal::new(answer),
            shown: RwSignal::new(Shown::Current),
            asked: StoredValue::new(0),
            is_awaited: StoredValue::new(false),
        }
    }

    /// Follows the shop once the page runs in a browser, until the page is left.
    pub(super) fn keep_current(self) {
        Effect::new(move |_| {
            let following = SendWrapper::new(follow(STREAM, STREAM_EVENT, self.follower()));
            on_cleanup(move || drop(following));
        });
        self.keep_report();
    }

    fn follower(self) -> Follower {
        let Live { snapshot, connection, .. } = self;
        Follower {
            on_data: Box::new(move |data| match serde_json::from_str(&data) {
                // Half of the page would be of another time than the rest.
                _ if connection.get_untracked() == Connection::Outdated => {}
                Ok(next) => {
                    snapshot.set(next);
                    self.stands(Connection::Live);
                }
                Err(_) => self.note_failure(ShopError::Malformed),
            }),
            on_break: Box::new(move || {
                if !connection.get_untracked().is_over() {
                    self.stands(Connection::Stale);
                    spawn_local(self.ask_why());
                }
            }),
            wants_retry: Box::new(move || connection.try_get_untracked().is_some_and(|now| !now.is_over())),
        }
    }

    /// A broken stream does not say why it broke; a function that answers 401 does.
    async fn ask_why(self) {
        if let Err(error) = live_snapshot().await
            && self.connection.try_get_untracked() == Some(Connection::Stale)
        {
            self.note_failure(error);
        }
    }

    /// What a refusal says of the page itself. One that is older than the shop loads itself again in a while, as it
    /// does without JavaScript: all that it shows is in its address.
    fn note_failure(self, error: ShopError) {
        match error {
            ShopError::LoginRequired => self.stands(Connection::SignedOut),
            ShopError::Malformed if self.connection.get_untracked() != Connection::Outdated => {
                self.connection.set(Connection::Outdated);
                let connection = self.connection;
                load_again_once_there(REFRESH_SECONDS, move || connection.try_get_untracked().is_some());
            }
            _ => {}
        }
    }

    fn stands(self, next: Connection) {
        if self.connection.get_untracked() != next {
            self.connection.set(next);
        }
    }

    /// Loads the report when the address changes, and one that is still counted when something was counted since, but
    /// not too often, and not while one is on its way: a shop that is slow is not asked the more.
    fn keep_report(self) {
        let Live { snapshot, answer, shown, is_awaited, .. } = self;
        let search = use_location().search;
        let counted =
            |snapshot: &Snapshot| (snapshot.today, Minute::of(snapshot.taken_at), snapshot.pipeline.closed_until);
        Effect::new(move |last: Option<(String, Timestamp, (Figures, Minute, Minute))>| {
            let query = search.get();
            let (now, counts) = snapshot.with(|snapshot| (snapshot.taken_at, counted(snapshot)));
            let Some((last_query, last_at, last_counts)) = last else { return (query, now, counts) };
            let is_other = last_query != query;
            let since = now.micros_since(last_at);
            let is_stale = last_counts != counts && is_due(&answer.read_untracked(), now, since);
            let wants_again = shown.get_untracked() == Shown::Failed && since >= RELOAD_MICROS_MIN;
            if !(is_other || (is_stale || wants_again) && !is_awaited.get_value()) {
                return (last_query, last_at, last_counts);
            }
            if is_other {
                shown.set(Shown::Loading);
            }
            spawn_local(self.load_report(query.clone()));
            (query, now, counts)
        });
    }

    async fn load_report(self, query: String) {
        let number = self.asked.get_value().wrapping_add(1);
        self.asked.set_value(number);
        self.is_awaited.set_value(true);
        let loaded = owners_report(query).await;
        // The page is gone, or has asked again meanwhile.
        if self.asked.try_get_value() != Some(number) {
            return;
        }
        self.is_awaited.set_value(false);
        match loaded {
            Ok(next) => {
                self.answer.set(next);
                self.shown.set(Shown::Current);
            }
            Err(error) => {
                self.shown.set(Shown::Failed);
                self.note_failure(error);
            }
        }
    }
}

/// Whether a report can have changed, and was loaded so long ago that it may be again.
fn is_due(answer: &Answer, now: Timestamp, micros_since: i64) -> bool {
    let Answer::Report(report) = answer else { return false };
    let pause = if report.query.size == BucketSize::Day { RELOAD_DAYS_MICROS_MIN } else { RELOAD_MICROS_MIN };
    let is_settled = |bucket: &Bucket| match bucket.state {
        BucketState::Gap | BucketState::Closed => true,
        BucketState::Open => false,
        BucketState::Future => now < bucket.start.start(),
    };
    micros_since >= pause && !report.buckets.iter().all(is_settled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Report, ReportQuery};

    #[test]
    fn a_report_is_loaded_again_until_all_of_it_is_counted() {
        let begin = Minute::from_number(60);
        let report = |state, size| {
            let bucket = Bucket { start: begin, name: String::new(), state, counts: None, before: None };
            let query = ReportQuery { size, ..ReportQuery::default() };
            Answer::Report(Box::new(Report { query, buckets: vec![bucket], ..Report::default() }))
        };
        let (minute, day) = (BucketSize::Minute, BucketSize::Day);
        for (state, size, now, seconds, due) in [
            (BucketState::Open, minute, begin, 2, true),
            (BucketState::Open, minute, begin, 1, false),
            (BucketState::Open, day, begin, 9, false),
            // Long over, but not yet counted: as after an outage.
            (BucketState::Open, day, begin.plus(100_000), 10, true),
            (BucketState::Closed, minute, begin.plus(1), 99, false),
            (BucketState::Gap, minute, begin.plus(1), 99, false),
            (BucketState::Future, minute, begin.plus(-1), 99, false),
            (BucketState::Future, minute, begin, 2, true),
        ] {
            let told = is_due(&report(state, size), now.start(), seconds * 1_000_000);
            assert_eq!(told, due, "{state:?} by {size:?} at {now}, {seconds} s later");
        }
    }
}
