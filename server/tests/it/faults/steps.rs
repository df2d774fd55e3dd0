//! The real binary dies at each named step, in the middle of what it does there, and its successor makes it exact.

use super::random::Random;
use crate::harness::process::{Refused, ServerProcess};
use crate::harness::traffic::{Remember, Traffic, assert_exact, send_again};
use crate::harness::{Browser, Place, run, stack};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::sync::Arc;
use std::time::Duration;

const SIGABRT: i32 = 6;
const DIES_WITHIN: Duration = Duration::from_secs(60);
/// Minutes that lie before the binary's start, so that it closes some and writes their rows at once.
const MINUTES_BEFORE: i64 = 3;

/// A shop that was opened some minutes ago, and closed before any of them was.
async fn place_with_due_minutes() -> Place {
    let place = Place::at_wall_clock();
    place.clock.set_ahead_micros(-MINUTES_BEFORE * 60_000_000);
    place.open_ready().await.close().await;
    place.clock.set_ahead_micros(MINUTES_BEFORE * 60_000_000);
    place
}

fn dies_at(step: &'static str) {
    run(async move {
        let mut random = Random::new(stack::faults_seed() ^ step.len() as u64);
        let passage = match step {
            "before_group_commit" | "after_group_commit" => 1,
            "in_closing" | "after_closing" | "in_csv_write" | "before_rename" | "after_rename" => 1,
            _ => random.within(1..30),
        };
        let place = place_with_due_minutes().await;
        // Missing, it is rendered anew and renamed.
        fs::remove_file(place.data().join("orders.csv")).unwrap();
        let armed = format!("{step}:{passage}");
        let place = place.with("PANTRY_CRASH_AT", &armed);
        let memory = Remember::default();
        let status = match ServerProcess::try_start(&place).await {
            Ok(server) => {
                let traffic = Traffic::start(&Browser::new(server.addr), &memory);
                let died = tokio::time::timeout(DIES_WITHIN, server.wait()).await;
                traffic.stop().await;
                died.unwrap_or_else(|_| panic!("it never came to {armed}"))
            }
            // It did not live to say that it was open.
            Err(Refused { status, .. }) => status,
        };
        assert_eq!(status.signal(), Some(SIGABRT), "{armed}: {status}");

        let place = place.without("PANTRY_CRASH_AT");
        let server = ServerProcess::start(&place).await;
        send_again(&Browser::new(server.addr), &memory).await;
        server.kill().await;
        let memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
        // Any page view may have been among the last ones.
        assert_exact(&place, &memory, 0).await;
    });
}

macro_rules! steps {
    ($($step:ident),* $(,)?) => {
        $(
            #[test]
            fn $step() {
                dies_at(stringify!($step));
            }
        )*

        #[test]
        fn every_step_has_its_test() {
            // The mails' tests die at the last one, which needs a mail server.
            assert_eq!([$(stringify!($step)),*, "after_mail_sent"], crash::STEPS);
        }
    };
}

steps!(
    before_outbox_commit,
    after_outbox_commit,
    after_hand_over,
    after_ack,
    after_poll,
    before_counting_commit,
    after_counting_commit,
    before_group_commit,
    after_group_commit,
    in_closing,
    after_closing,
    in_csv_write,
    before_rename,
    after_rename,
);
