//! Where to read a partition from: a look at position and log, then the compare-and-swap that stores it. Rule 9.

use crate::database::Position;
use crate::kafka::PARTITIONS;
use crate::rules::Rule;
use crate::server::{Look, Looking};
use crate::world::{World, note};
use domain::Verdict::{AnotherLog, GoOn, TailLost};
use domain::{Finding, judge};

/// Read the position, look at the log, store.
pub(crate) const STEPS: usize = 3;

/// One step for one partition: at assignment, on out-of-range, and once in a while.
pub(crate) fn place(world: &mut World, server: usize) {
    // What is not read yet comes first; else one is checked again.
    let drawn = world.random.below(PARTITIONS);
    let state = &world.servers[server];
    let is_due = |partition: &usize| state.assigned[*partition] && state.held[*partition].is_none();
    let due = (drawn..PARTITIONS).chain(0..drawn).find(is_due);
    place_partition(world, server, due.unwrap_or(drawn));
}

pub(crate) fn place_partition(world: &mut World, server: usize, partition: usize) {
    let Some(log) = world.servers[server].link else { return };
    if !world.servers[server].assigned[partition] {
        return;
    }
    if let Some(look) = world.servers[server].looks[partition].take() {
        return store(world, server, log, partition, &look);
    }
    if !world.kafka.answers || (log != world.kafka.id && world.rules.keep(Rule::IdAfterFetch)) {
        return;
    }
    let (position, end) = (world.db.positions[log][partition], world.kafka.partitions[partition].end());
    let Some(looking) = world.servers[server].looking[partition].take() else {
        world.servers[server].looking[partition] = Some(Looking { seen: position, end });
        return;
    };
    // An end that is read after the position lies behind it, whoever counts meanwhile; one read before it may not.
    let (seen, end) =
        if world.rules.keep(Rule::PositionBeforeEnd) { (looking.seen, end) } else { (position, looking.end) };
    let next = match seen {
        None => beginning(world, partition, 0),
        Some(position) => checked(world, partition, position, end),
    };
    let damages = world.kafka.partitions[partition].damages;
    world.servers[server].looks[partition] = Some(Look { seen, next, damages });
}

fn beginning(world: &World, partition: usize, generation: i64) -> Position {
    Position { generation, next: world.kafka.partitions[partition].start, sample: None, last: None }
}

/// The position, or the one to which it must move.
fn checked(world: &mut World, partition: usize, position: Position, end: i64) -> Position {
    let log = &world.kafka.partitions[partition];
    let start = log.start.min(end);
    if !world.rules.keep(Rule::LogCheck) {
        let is_inside = (start..=end).contains(&position.next);
        return if is_inside { position } else { beginning(world, partition, position.generation) };
    }
    let find =
        |kept: Option<domain::Fingerprint>| kept.map(|kept| kept.find(start, end, log.fingerprint_at(kept.offset)));
    let (last, was_first) = (find(position.last), find(position.sample));
    let is_sample_gone = was_first == Some(Finding::GoneByRetention) && !world.rules.keep(Rule::GoneIsNoEvidence);
    let mut verdict = judge(last, was_first);
    if verdict == TailLost && is_sample_gone {
        verdict = AnotherLog;
    }
    let generation = position.generation + 1;
    // Whatever was applied and is still there stands at or behind the log's first record, and goes before it does.
    let first = log.first_fingerprint();
    let sample = if !world.rules.keep(Rule::SampleIsFirst) {
        position.sample
    } else if world.rules.keep(Rule::SampleIsRenewed) {
        first
    } else {
        position.sample.or(first)
    };
    let next = match verdict {
        GoOn => {
            let next = position.next.clamp(start, end);
            let generation = position.generation + i64::from(next != position.next);
            Position { generation, next, sample, last: position.last }
        }
        TailLost => Position { generation, next: end, sample, last: sample },
        AnotherLog => beginning(world, partition, generation),
    };
    if next.generation != position.generation {
        note!(world, "partition {partition}: {position:?} in {start}..{end}: {last:?}, {was_first:?}: {verdict:?}");
    }
    next
}

fn store(world: &mut World, server: usize, log: usize, partition: usize, look: &Look) {
    let stored = &mut world.db.positions[log][partition];
    if *stored == look.seen {
        if stored.is_some_and(|stored| stored.generation != look.next.generation) {
            world.truth.losses += 1;
        }
        *stored = Some(look.next);
        if log == world.kafka.id {
            let checked = &mut world.kafka.partitions[partition].checked_damages;
            *checked = look.damages.max(*checked);
        }
    }
    let held = stored.map(|stored| (stored.generation, stored.next));
    world.servers[server].held[partition] = held;
    note!(world, "server {server}: reads partition {partition} from {held:?}");
}
