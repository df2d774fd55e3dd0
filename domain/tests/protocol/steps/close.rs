//! Closing: read the target once after a minute's end plus grace, then check and close in one transaction.
//! Rules 14 to 18.

use super::Commit;
use super::observe::{lower, observe};
use super::write::is_locked_by_writers;
use crate::invariants::Invariant;
use crate::rules::Rule;
use crate::server::{Reached, Target};
use crate::world::{SKEW_MICROS_MAX, World, note};
use domain::Minute;

const GRACE_MICROS: i64 = 2_000_000;

pub(crate) fn close(world: &mut World, server: usize) {
    // One reading for the watch and for what is due: a jump between two would close what the watch has not seen.
    let (now, monotonic) = (world.clock(server), world.monotonic());
    let may_close = world.servers[server].watch.may_close(now, monotonic);
    if !may_close && world.rules.keep(Rule::ClockWatch) {
        world.servers[server].target = None;
        return;
    }
    if let Some((until, target)) = world.servers[server].checked.take() {
        return commit(world, server, until, &target);
    }
    let due = Minute::of(now.plus_micros(-GRACE_MICROS));
    if due <= world.db.closed_until {
        return;
    }
    match world.servers[server].target.take() {
        Some((until, target)) => attempt(world, server, until, target),
        None => match observe(world, server) {
            Some(target) => {
                note!(world, "server {server}: to close before {due}, waits for {:?}", target.ends);
                world.servers[server].target = Some((due, target));
            }
            None if !world.rules.keep(Rule::NoBroker) => guess(world, server, due),
            None => {}
        },
    }
}

/// Closes without a target, as nobody may.
fn guess(world: &mut World, server: usize, until: Minute) {
    if !has_waiting_row(world, until) && !is_locked_by_writers(world) {
        let target =
            Target { log: world.kafka.id, ends: Default::default(), uid: world.kafka.next_uid, is_blind: false };
        commit(world, server, until, &target);
    }
}

/// Of a minute that would be closed: one of a minute that is closed already is late whenever it is counted.
fn has_waiting_row(world: &World, until: Minute) -> bool {
    let closing = world.db.closed_until.start()..until.start();
    world.db.outbox.iter().any(|row| closing.contains(&row.event_time))
}

fn attempt(world: &mut World, server: usize, until: Minute, mut target: Target) {
    if world.rules.keep(Rule::Locks) && is_locked_by_writers(world) {
        // It gives up after half a second and comes again, so that no writer waits behind it.
        world.servers[server].waits_to_close = !world.rules.keep(Rule::Timeouts);
        world.servers[server].target = Some((until, target));
        return;
    }
    world.servers[server].waits_to_close = false;
    let voids = world.rules.keep(Rule::TargetVoid);
    let is_other_log = world.servers[server].link.is_some_and(|log| log != target.log);
    if is_other_log && voids {
        return;
    }
    let reached = match target.reached(&world.db) {
        Reached::Void if voids => return,
        Reached::Void => Reached::NotYet,
        reached => reached,
    };
    if has_waiting_row(world, until) || reached == Reached::NotYet {
        lower(world, server, &mut target);
        world.servers[server].target = Some((until, target));
        return;
    }
    let reads_early = !world.rules.keep(Rule::FiguresWithClosing);
    if world.rules.keep(Rule::CloseInOne) && !reads_early {
        return commit(world, server, until, &target);
    }
    if reads_early && world.servers[server].file.len() == world.db.closed_count() {
        let rows = (world.db.closed_until.number()..until.number()).map(Minute::from_number);
        let figures: Vec<_> = rows.map(|minute| world.db.minute(minute).sum()).collect();
        world.servers[server].early = Some((world.db.closed_until, figures));
    }
    world.servers[server].checked = Some((until, target));
}

fn commit(world: &mut World, server: usize, until: Minute, target: &Target) {
    let outcome = Commit::draw(world);
    note!(world, "server {server}: closes before {until}: {outcome:?}");
    if outcome == Commit::Aborted {
        return;
    }
    if until.start().micros_since(world.now()) > 2 * SKEW_MICROS_MAX {
        let details = format!("everything before {until} is closed at {}", world.now());
        world.violate(Invariant::ClosedAfterItsEnd, details);
    }
    let missed = world.truth.tutorials.iter().position(|record| {
        record.uid < target.uid
            && record.log == target.log
            && record.log == world.kafka.id
            && (world.kafka.partitions[record.partition].damages == 0 || target.is_blind)
            && Minute::of(record.at) < until
            && record.counted + record.tallied == 0
    });
    if let Some(index) = missed {
        world.violate(Invariant::ClosedWhole, format!("tutorial record {index} stood in the log and is not counted"));
    }
    if let Some((from, figures)) = world.servers[server].early.take()
        && from == world.db.closed_until
    {
        world.servers[server].file.extend(figures);
    }
    world.db.close(until);
}
