//! Counting: the one transaction in which events leave the outbox, enter their minutes, and positions advance.
//! Rules 2, 3, 7, 8, 11, 13 and 21.

use super::Commit;
use crate::database::{Database, FIRST, Letter, Origin, OutboxRow, Position};
use crate::invariants::Invariant;
use crate::kafka::{Body, Record};
use crate::rules::Rule;
use crate::server::Advance;
use crate::world::{World, note};
use domain::{Figures, Fingerprint, Minute, Timestamp};

/// How far ahead of the clock a tutorial record may lie and still be counted.
const AHEAD_MICROS_MAX: i64 = 60_000_000;

/// Asks whose log was fetched from, or counts, or finishes what was counted.
pub(crate) fn count(world: &mut World, server: usize) {
    if !world.servers[server].owed.is_empty() {
        let owed = std::mem::take(&mut world.servers[server].owed);
        let log = world.servers[server].batch.log;
        let records = std::mem::take(&mut world.servers[server].batch.records);
        advance(&mut world.db, log, &owed, &records, true);
        return finish(world, server, Commit::Done, false);
    }
    if world.servers[server].batch.advances.is_empty() {
        return;
    }
    if world.rules.keep(Rule::IdAfterFetch) && !world.servers[server].batch.is_of_this_log {
        if world.kafka.answers {
            let is_of_this_log = world.kafka.id == world.servers[server].batch.log;
            world.servers[server].batch.is_of_this_log = is_of_this_log;
            if !is_of_this_log {
                world.servers[server].begin_anew();
                note!(world, "server {server}: what was fetched is of another log");
            }
        }
        return;
    }
    commit(world, server);
}

fn commit(world: &mut World, server: usize) {
    let log = world.servers[server].batch.log;
    let has_moved = world.servers[server].batch.advances.iter().any(|advance| {
        let position = world.db.positions[log][advance.partition];
        position.is_none_or(|position| !position.is_at(advance.generation, advance.from))
    });
    if has_moved && world.rules.keep(Rule::CompareAndSwap) {
        world.servers[server].begin_anew();
        note!(world, "server {server}: a position moved; back to the positions");
        return;
    }
    let outcome = Commit::draw(world);
    note!(world, "server {server}: counts {:?}: {outcome:?}", world.servers[server].batch.advances);
    if outcome == Commit::Aborted {
        if world.random.percent(50) {
            world.servers[server].begin_anew();
        }
        return;
    }
    let batch = std::mem::take(&mut world.servers[server].batch);
    let mut is_revised = false;
    for (partition, offset, record) in &batch.records {
        let generation = batch.advances.iter().find(|advance| advance.partition == *partition);
        let place = (batch.log, generation.map_or(0, |advance| advance.generation), *partition, *offset);
        is_revised |= apply(world, server, record, place);
    }
    world.servers[server].batch = batch;
    if world.rules.keep(Rule::OneTransaction) {
        let batch = &world.servers[server].batch;
        advance(&mut world.db, log, &batch.advances, &batch.records, world.rules.keep(Rule::SampleIsFirst));
        finish(world, server, outcome, is_revised);
    } else {
        world.servers[server].owed = world.servers[server].batch.advances.clone();
    }
}

fn finish(world: &mut World, server: usize, outcome: Commit, is_revised: bool) {
    let state = &mut world.servers[server];
    if outcome == Commit::AnswerLost {
        return state.begin_anew();
    }
    state.was_told_of_revision |= is_revised;
    for index in 0..state.batch.advances.len() {
        let Advance { partition, generation, to, .. } = state.batch.advances[index];
        if state.held[partition].is_some() {
            state.held[partition] = Some((generation, to));
        }
    }
    state.batch.clear();
}

fn advance(db: &mut Database, log: usize, advances: &[Advance], records: &[(usize, i64, Record)], is_first_kept: bool) {
    for advance in advances {
        let Some(position) = &mut db.positions[log][advance.partition] else { continue };
        position.next = advance.to;
        for (partition, offset, record) in records {
            if *partition == advance.partition {
                remember(position, record.fingerprint(*offset), is_first_kept);
            }
        }
    }
}

fn remember(position: &mut Position, applied: Fingerprint, is_first_kept: bool) {
    // The sample is the check's alone: what a batch holds may have been fetched from the log before.
    if !is_first_kept {
        position.sample = position.last.or(Some(applied));
    }
    position.last = Some(applied);
}

/// One record; tells whether it revised a closed minute.
fn apply(world: &mut World, server: usize, record: &Record, place: (usize, i64, usize, i64)) -> bool {
    match record.body {
        Body::Marker => false,
        // Its headers name the row; what its value says is not needed.
        Body::Own { is_readable: false, .. } if !world.rules.keep(Rule::OwnNeverBad) => false,
        Body::Own { event_id, amount, .. } => match world.db.delete(event_id) {
            Some(row) => own(world, &row, amount),
            None => false,
        },
        Body::OtherShop { event_id } => {
            if !world.rules.keep(Rule::OtherShops) {
                let details = format!("a record of another shop that names {event_id} is counted");
                world.violate(Invariant::OtherShopNeverCounted, details);
            }
            false
        }
        Body::Tutorial(index) => tutorial(world, server, index),
        Body::Bad(index) => {
            bad(world, index, place);
            false
        }
    }
}

fn own(world: &mut World, row: &OutboxRow, claimed: i64) -> bool {
    let amount = if world.rules.keep(Rule::FiguresOfRow) { row.amount } else { claimed };
    let minute = Minute::of(row.event_time);
    let truth = &mut world.truth;
    let (counted, max, stamped, true_amount) = match row.origin {
        Origin::Order(index) => {
            let order = &mut truth.orders[index];
            order.counted += 1;
            (order.counted, 1, order.stamped, order.amount)
        }
        Origin::Views(index) => {
            let views = &mut truth.views[index];
            views.counted += 1;
            (views.counted, views.size, views.stamped, 1)
        }
        Origin::Letter(index) => {
            let bad = &mut truth.bads[index];
            bad.counted += 1;
            (bad.counted, 1, Some(bad.at), bad.amount)
        }
        Origin::Reading(index) => {
            let reading = &mut truth.readings[index];
            reading.counted += 1;
            (reading.counted, 1, reading.taken, reading.amount)
        }
    };
    if counted > max {
        let invariant = match row.origin {
            Origin::Order(_) | Origin::Views(_) => Invariant::OwnOnce,
            Origin::Letter(_) => Invariant::RedrivenOnce,
            Origin::Reading(_) => Invariant::IngestedOnce,
        };
        world.violate(invariant, format!("{:?} is counted {counted} times instead of {max}", row.origin));
    }
    if amount != true_amount || stamped.map(Minute::of) != Some(minute) {
        let details = format!("{:?}: {amount} in {minute} instead of {true_amount} at {stamped:?}", row.origin);
        world.violate(Invariant::OwnFigures, details);
    }
    let figures = row.origin.figures(amount);
    let (is_foreign, may_be_late) = match row.origin {
        Origin::Order(_) | Origin::Views(_) => (false, false),
        Origin::Letter(_) => (true, true),
        Origin::Reading(index) => {
            let reading = world.truth.readings[index];
            if reading.is_out_of_range {
                let details = format!("event {index} over HTTP at {}", row.event_time);
                world.violate(Invariant::OutOfRangeNeverCounted, details);
                return false;
            }
            let is_foreign = world.rules.keep(Rule::LateIsForeign);
            (is_foreign, is_foreign && reading.time.is_some())
        }
    };
    let (own, foreign) = if is_foreign { (Figures::ZERO, figures) } else { (figures, Figures::ZERO) };
    let is_late = world.db.add(minute, own, foreign);
    if is_late && !may_be_late {
        world.violate(Invariant::OwnNeverLate, format!("{:?} is counted into the closed {minute}", row.origin));
    }
    is_late
}

/// Whether a record of another producer belongs to a minute that this clock knows.
pub(crate) fn is_in_range(at: Timestamp, now: Timestamp) -> bool {
    FIRST.start() <= at && at.micros_since(now) <= AHEAD_MICROS_MAX
}

fn tutorial(world: &mut World, server: usize, index: usize) -> bool {
    let now = world.clock(server);
    let record = &mut world.truth.tutorials[index];
    if !is_in_range(record.at, now) && world.rules.keep(Rule::InRange) {
        record.tallied += 1;
    } else {
        record.counted += 1;
    }
    let record = *record;
    if record.counted + record.tallied > 1 {
        let details = format!("tutorial record {index} of partition {}, log {}", record.partition, record.log);
        world.violate(Invariant::TutorialNeverDoubled, details);
    }
    if record.counted == 0 {
        return false;
    }
    if record.is_out_of_range {
        world.violate(Invariant::OutOfRangeNeverCounted, format!("tutorial record {index} at {}", record.at));
        return false;
    }
    let figures = Figures::requests(record.amount);
    let has_columns = world.rules.keep(Rule::OwnColumns);
    let (own, foreign) = if has_columns { (Figures::ZERO, figures) } else { (figures, Figures::ZERO) };
    world.db.add(Minute::of(record.at), own, foreign)
}

fn bad(world: &mut World, index: usize, place: (usize, i64, usize, i64)) {
    world.truth.bads[index].applied += 1;
    let by_generation = world.rules.keep(Rule::LettersByGeneration);
    let is_same = |letter: &Letter| {
        let (log, generation, partition, offset) = letter.place;
        (log, partition, offset) == (place.0, place.2, place.3) && (generation == place.1 || !by_generation)
    };
    if !world.db.letters.iter().any(is_same) {
        world.db.letters.push(Letter { bad: index, place, is_redriven: false });
        world.truth.bads[index].letters += 1;
    }
    let bad = world.truth.bads[index];
    if bad.letters != 1 {
        let details = format!("bad record {index}, applied {} times, has {} letters", bad.applied, bad.letters);
        world.violate(Invariant::LetterKept, details);
    }
}
