//! The account at the end: what is not finished, and whether the figures are those of what really happened.

use crate::database::{FIRST, plus};
use crate::invariants::Invariant;
use crate::steps::ingest;
use crate::steps::render::is_file_as_rows;
use crate::truth::Reading;
use crate::world::World;
use domain::{Figures, Minute, Money};

/// What should be done by now and is not.
pub(crate) fn unfinished(world: &World, goal: Minute) -> Option<(Invariant, String)> {
    let waiting = world.servers.iter().find(|server| !server.jobs.is_empty() || server.writing.is_some());
    if let Some(server) = waiting {
        return Some((Invariant::WritersGoOn, format!("{:?} and {:?} wait", server.writing, server.jobs)));
    }
    if let Some(reading) = ingest::unanswered(world) {
        return Some((Invariant::WritersGoOn, format!("event {reading} over HTTP waits for its answer")));
    }
    if let Some(row) = world.db.outbox.first() {
        return Some((Invariant::OutboxDrains, format!("{row:?} waits")));
    }
    if world.db.closed_until < goal {
        return Some((Invariant::MinutesClose, format!("{} is still open", world.db.closed_until)));
    }
    let outdated = (0..world.servers.len()).find(|server| !is_file_as_rows(world, *server))?;
    Some((Invariant::FileAsRows, format!("the file of server {outdated} is not what the closed rows say")))
}

/// Everything is done: does it add up?
pub(crate) fn check(world: &mut World) {
    check_own(world);
    check_tutorials(world);
    check_ingested(world);
    for letter in &world.db.letters {
        let counted = world.truth.bads[letter.bad].counted;
        if counted != u32::from(letter.is_redriven) {
            let details = format!("{letter:?} is counted {counted} times");
            return world.violate(Invariant::RedrivenOnce, details);
        }
    }
}

fn check_own(world: &mut World) {
    let mut expected = vec![Figures::ZERO; world.db.minutes().len()];
    let index = |minute: Minute| (minute.number() - FIRST.number()) as usize;
    let mut wrong = None;
    for (number, order) in world.truth.orders.iter().enumerate() {
        if order.counted != u32::from(order.stamped.is_some()) {
            wrong = Some(format!("order {number} is counted {} times", order.counted));
        } else if let Some(at) = order.stamped {
            let line = &mut expected[index(Minute::of(at))];
            *line = plus(*line, Figures::order(order.amount, Money::from_cents(order.amount * 100), false));
        }
    }
    for (number, views) in world.truth.views.iter().enumerate() {
        let must_be_counted = views.is_acknowledged || views.recorded > 0;
        if views.counted != if must_be_counted { views.size } else { 0 } {
            wrong = Some(format!("group {number} of {} page views is counted {}", views.size, views.counted));
        } else if let Some(at) = views.stamped {
            let line = &mut expected[index(Minute::of(at))];
            *line = plus(*line, Figures::requests(i64::from(views.size)));
        }
    }
    if let Some(details) = wrong {
        return world.violate(Invariant::OwnOnce, details);
    }
    let differs = expected.iter().zip(world.db.minutes()).position(|(expected, row)| *expected != row.own);
    if let Some(minute) = differs {
        let minute = FIRST.plus(minute as i64);
        world.violate(Invariant::OwnFigures, format!("the own figures of {minute} are not those of its events"));
    }
}

fn check_ingested(world: &mut World) {
    let must = |reading: &Reading| u32::from(reading.taken.is_some());
    let is_wrong = |reading: &Reading| reading.counted != must(reading) || (reading.is_answered && must(reading) == 0);
    if let Some(index) = world.truth.readings.iter().position(is_wrong) {
        let details = format!("event {index} over HTTP: {:?}", world.truth.readings[index]);
        world.violate(Invariant::IngestedOnce, details);
    }
}

fn check_tutorials(world: &mut World) {
    let lost = world.truth.tutorials.iter().position(|record| {
        let is_whole = record.log == world.kafka.id && world.kafka.partitions[record.partition].damages == 0;
        is_whole && record.counted + record.tallied == 0
    });
    if let Some(index) = lost {
        world.violate(Invariant::TutorialNotLost, format!("tutorial record {index} of an undamaged log is lost"));
    }
}
