//! `server simulate`: customers come at random, look, order, err and leave, over HTTP and as browsers do. Prints what
//! they did and what the shop acknowledged. Knows the shop only by its pages: no database, no Kafka.

mod arrivals;
mod form;
mod options;
mod page;
mod random;
mod tally;
mod visit;

pub use options::Options;

use arrivals::{DailyCurve, Minutely};
use random::Random;
use std::future::Future;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;
use store::Clock;
use tally::{Fact, Tally};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};
use visit::Plan;

/// Visitors at one time; one more is turned away.
const VISITORS_MAX: usize = 1_000;
/// Facts on their way to the tally; a visitor waits when it is full.
const FACTS_MAX: usize = 1_024;
/// How often the tally is printed, in seconds.
const REPORT_SECS: u64 = 10;
/// How long the shop may take to answer for the first time, in seconds.
const REACH_SECS: u64 = 10;
/// How long visitors may take to finish after the last one came, in seconds.
const FINISH_SECS: u64 = 60;

/// Runs to the end of its time, or to Ctrl-C or SIGTERM, and prints.
pub(super) async fn main(options: Options) -> ExitCode {
    if options.orders_per_minute > options.visits_per_minute {
        complain("simulate: --orders-per-minute: each order needs a visit; raise --visits-per-minute");
        return ExitCode::from(super::COULD_NOT);
    }
    let clock = Clock::default();
    let seed = options.seed.unwrap_or(clock.now().micros().unsigned_abs());
    say(&format!("simulate: {options}, seed {seed}"));
    if !reach(&options).await {
        complain(&format!("simulate: {} does not answer", options.url));
        return ExitCode::FAILURE;
    }
    let tally = run(&options, &clock, seed, stop_signal()).await;
    say(&format!("simulate: done: {tally}"));
    if tally.nothing_reached() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Whether the shop answers at all; asks the address that counts nothing.
async fn reach(options: &Options) -> bool {
    let deadline = Instant::now() + Duration::from_secs(REACH_SECS);
    let Ok(browser) = page::Browser::new(options.url.clone()) else { return false };
    while !browser.answers().await {
        if Instant::now() >= deadline {
            return false;
        }
        sleep(Duration::from_millis(250)).await;
    }
    true
}

async fn run(options: &Options, clock: &Clock, seed: u64, stop: impl Future<Output = ()>) -> Tally {
    let mut random = Random::new(seed);
    let mut tally = Tally::default();
    let mut visitors = JoinSet::new();
    let (facts, mut told) = mpsc::channel::<Fact>(FACTS_MAX);
    let curve = if options.flat { DailyCurve::FLAT } else { DailyCurve::SHOP };
    let visits = Minutely::new(options.visits_per_minute, curve);
    let ordering = options.orders_per_minute / options.visits_per_minute;

    let mut report = interval(Duration::from_secs(REPORT_SECS));
    report.set_missed_tick_behavior(MissedTickBehavior::Delay);
    report.tick().await;
    let end = options.length.map(|length| Instant::now() + length);
    let mut arrival = Instant::now();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = sleep_until(arrival) => {
                arrival += visits.gap(clock.now(), &mut random);
                if visitors.len() >= VISITORS_MAX {
                    tally.add(Fact::TurnedAway);
                } else {
                    let plan = Plan::draw(ordering, &mut random);
                    visitors.spawn(visit::visit(options.url.clone(), plan, random.fork(), facts.clone()));
                }
            }
            Some(fact) = told.recv() => tally.add(fact),
            Some(_) = visitors.join_next() => {}
            _ = report.tick() => say(&format!("simulate: {tally}")),
            () = sleep_until(end.unwrap_or(arrival)), if end.is_some() => break,
            () = &mut stop => return tally.cut(visitors.len()),
        }
    }
    drop(facts);
    let finish = Instant::now() + Duration::from_secs(FINISH_SECS);
    loop {
        tokio::select! {
            fact = told.recv() => match fact {
                Some(fact) => tally.add(fact),
                None => return tally,
            },
            () = sleep_until(finish) => return tally.cut(visitors.len()),
            () = &mut stop => return tally.cut(visitors.len()),
        }
    }
}

/// Ends with Ctrl-C or SIGTERM. Where they cannot be listened to, it never ends, and the system ends the process.
async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

// A closed output is no reason to send the customers home.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
