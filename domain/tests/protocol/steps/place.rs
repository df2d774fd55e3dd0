//! Where to read a partition from: a look at position and log, then the compare-and-swap that stores it. Rule 9.

use crate::database::Position;
use crate::kafka::PARTITIONS;
use crate::rules::Rule;
use crate::server::{Look, Server};
use crate::world::{World, note};
use domain::Verdict::{AnotherLog, GoOn, TailLost};
use domain::{Finding, judge};

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
    let seen = world.db.positions[log][partition];
    let next = match seen {
        None => beginning(world, partition, 0),
        Some(position) => checked(world, partition, position),
    };
    let damages = world.kafka.partitions[partition].damages;
    world.servers[server].looks[partition] = Some(Look { seen, next, damages });
}

fn beginning(world: &World, partition: usize, generation: i64) -> Position {
    Position { generation, next: world.kafka.partitions[partition].start, sample: None, last: None }
}

/// The position, or the one to which it must move.
fn checked(world: &mut World, partition: usize, position: Position) -> Position {
    let log = &world.kafka.partitions[partition];
    let (start, end) = (log.start, log.end());
    if !world.rules.keep(Rule::LogCheck) {
        let is_inside = (start..=end).contains(&position.next);
        return if is_inside { position } else { beginning(world, partition, position.generation) };
    }
    let find =
        |kept: Option<domain::Fingerprint>| kept.map(|kept| kept.find(start, end, log.fingerprint_at(kept.offset)));
    let (last, sample) = (find(position.last), find(position.sample));
    let is_sample_gone = sample == Some(Finding::GoneByRetention) && !world.rules.keep(Rule::GoneIsNoEvidence);
    let mut verdict = judge(last, sample);
    if verdict == TailLost && is_sample_gone {
        verdict = AnotherLog;
    }
    let generation = position.generation + 1;
    let next = match verdict {
        GoOn => {
            let next = position.next.clamp(start, end);
            let is_moved = next != position.next;
            // Reading went on in a log that had taken another's place: its first records were never applied.
            let is_stale =
                world.rules.keep(Rule::StaleSample) && matches!(sample, Some(Finding::Differs | Finding::BeyondEnd));
            let sample = if is_stale { None } else { position.sample };
            Position { generation: position.generation + i64::from(is_moved), next, sample, ..position }
        }
        TailLost => Position { generation, next: end, last: position.sample, ..position },
        AnotherLog => beginning(world, partition, generation),
    };
    if next != position {
        note!(world, "partition {partition}: {position:?} in {start}..{end}: {last:?}, {sample:?}: {verdict:?}");
    }
    next
}

fn store(world: &mut World, server: usize, log: usize, partition: usize, look: &Look) {
    if world.rules.keep(Rule::CheckBetweenBatches) {
        // What was fetched before the check may be of the log before, and would be remembered as this one's.
        world.servers[server].batch.clear();
    }
    let is_fetched = |other: &Server| other.batch.advances.iter().any(|advance| advance.partition == partition);
    let is_under_way = world.servers.iter().enumerate().any(|(index, other)| index != server && is_fetched(other));
    let stored = &mut world.db.positions[log][partition];
    if *stored == look.seen {
        if stored.is_some_and(|stored| stored.generation != look.next.generation) {
            world.truth.losses += 1;
        }
        *stored = Some(look.next);
        if log == world.kafka.id && !is_under_way {
            let checked = &mut world.kafka.partitions[partition].checked_damages;
            *checked = look.damages.max(*checked);
        }
    }
    let held = stored.map(|stored| (stored.generation, stored.next));
    world.servers[server].held[partition] = held;
    note!(world, "server {server}: reads partition {partition} from {held:?}");
}
