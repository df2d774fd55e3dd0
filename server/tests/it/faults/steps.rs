//! The real binary dies at each named step, in the middle of what it does there, and its successor makes it exact.

use super::devices::Devices;
use super::random::Random;
use crate::harness::process::{Refused, ServerProcess};
use crate::harness::traffic::{Remember, Traffic, assert_exact_in, send_again};
use crate::harness::{Browser, run, stack};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::sync::Arc;
use std::time::Duration;

const SIGABRT: i32 = 6;
const DIES_WITHIN: Duration = Duration::from_secs(60);

fn dies_at(step: &'static str) {
    run(async move {
        let mut random = Random::new(stack::faults_seed() ^ step.len() as u64);
        let passage = match step {
            "before_group_commit" | "after_group_commit" => 1,
            "in_closing" | "after_closing" | "in_csv_write" | "before_rename" | "after_rename" => 1,
            _ => random.within(1..30),
        };
        let (place, mut devices) = Devices::begin(random.within(0..u64::MAX)).await;
        // Missing, it is rendered anew and renamed.
        fs::remove_file(place.data().join("orders.csv")).unwrap();
        let armed = format!("{step}:{passage}");
        let place = place.with("PANTRY_CRASH_AT", &armed);
        let memory = Remember::default();
        let status = match ServerProcess::try_start(&place).await {
            Ok(server) => {
                let browser = Browser::new(server.addr);
                let (traffic, sending) = (Traffic::start(&browser, &memory), devices.send_to(&browser));
                let died = tokio::time::timeout(DIES_WITHIN, server.wait()).await;
                traffic.stop().await;
                sending.stop().await;
                died.unwrap_or_else(|_| panic!("it never came to {armed}"))
            }
            // It did not live to say that it was open.
            Err(Refused { status, .. }) => status,
        };
        assert_eq!(status.signal(), Some(SIGABRT), "{armed}: {status}");

        let place = place.without("PANTRY_CRASH_AT");
        let server = ServerProcess::start(&place).await;
        let browser = Browser::new(server.addr);
        send_again(&browser, &memory).await;
        devices.send_again(&browser).await;
        let sending = devices.send_to(&browser);
        devices.wait_acknowledged().await;
        sending.stop().await;
        server.kill().await;
        devices.end().await;
        let mut memory = Arc::into_inner(memory).unwrap().into_inner().unwrap();
        memory.late_max = devices.late_max();
        let shop = place.open().await;
        devices.wait_counted(&shop).await;
        // Any page view may have been among the last ones.
        assert_exact_in(&shop, &memory, 0).await;
        devices.assert_exact_in(&shop).await;
        shop.close().await;
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
