//! Faults: of processes, clocks, the cluster and its data. All end when the storm does.

use super::foreign;
use crate::kafka::{LOGS_MAX, PARTITIONS};
use crate::rules::Rule;
use crate::world::{World, note};

/// A process dies, or starts again.
pub(crate) fn process(world: &mut World, server: usize) {
    // A process that starts within a jump cannot know of it: see the limits in `docs/protocol-model.md`.
    let is_in_jump = world.servers[server].jump.is_some();
    if !world.servers[server].is_up && !is_in_jump {
        world.start(server);
        note!(world, "server {server}: starts");
        return;
    }
    if is_in_jump || world.random.percent(60) {
        return;
    }
    let state = &world.servers[server];
    if state.writing.is_some_and(|writing| writing.is_locked) && world.random.percent(50) {
        world.db.left_open.push(world.now_micros);
    }
    world.servers[server].start();
    world.servers[server].is_up = false;
    world.truth.losses += 1;
    note!(world, "server {server}: dies");
}

/// The writer's connection falls silent before the database hears of its commit. The server gives it up and tries again
/// on a fresh one; the database keeps the transaction open for a while, with its locks.
pub(crate) fn silence(world: &mut World, server: usize) {
    let Some(writing) = world.servers[server].writing.filter(|writing| writing.is_locked) else { return };
    world.db.left_open.push(world.now_micros);
    world.servers[server].writing = None;
    world.servers[server].jobs.insert(0, writing.job);
    note!(world, "server {server}: its connection falls silent, with {:?} under way", writing.job);
}

/// The wall clock steps back, or is put right, or jumps ahead for less than a minute.
pub(crate) fn clock(world: &mut World, server: usize) {
    let jump_ends_at = world.now_micros + 1_000_000 * (10 + world.random.below(40) as i64);
    let chance = world.random.below(4);
    let state = &mut world.servers[server];
    if state.jump.is_some() || !state.is_up {
        return;
    }
    match chance {
        0..2 => state.offset_micros -= 45_000_000,
        2 if state.offset_micros < -10_000_000 => state.offset_micros += 45_000_000,
        2 => {}
        _ => {
            state.jump = Some((600_000_000, jump_ends_at));
            state.offset_micros += 600_000_000;
        }
    }
    note!(world, "server {server}: its clock is off by {} s", world.servers[server].offset_micros as f64 / 1e6);
}

/// The group gives partitions to one server and has not told the others yet, or takes one away.
pub(crate) fn rebalance(world: &mut World, server: usize) {
    let partition = world.random.below(PARTITIONS);
    let assigned = &mut world.servers[server].assigned[partition];
    *assigned = !*assigned;
    if !*assigned {
        world.servers[server].held[partition] = None;
        world.servers[server].looking[partition] = None;
        world.servers[server].looks[partition] = None;
    }
    note!(world, "server {server}: has partition {partition}: {}", world.servers[server].assigned[partition]);
}

/// No broker answers, or one does again.
pub(crate) fn broker(world: &mut World) {
    world.kafka.answers = !world.kafka.answers || world.random.percent(60);
    note!(world, "a broker answers: {}", world.kafka.answers);
}

/// The producer fails for good.
pub(crate) fn producer(world: &mut World, server: usize) {
    if world.servers[server].link.is_some() {
        world.servers[server].is_producer_dead = true;
        world.truth.losses += 1;
        note!(world, "server {server}: its producer fails for good");
    }
}

/// The log loses its tail, a topic is made anew, retention takes what nobody has read, or all data is gone.
pub(crate) fn damage(world: &mut World) {
    let index = world.random.below(world.busy_partitions);
    let kind = world.random.below(10);
    if kind == 0 {
        return wipe(world);
    }
    let depth = 1 + world.random.below(6) as i64;
    let partition = &mut world.kafka.partitions[index];
    if partition.damages > partition.checked_damages || partition.end() == 0 {
        return;
    }
    match kind {
        1..5 => {
            let end = (partition.end() - depth).max(partition.start);
            partition.truncate_to(end);
            note!(world, "partition {index} loses its tail from {end} on");
        }
        5..8 => {
            let was = partition.end() - partition.start;
            partition.make_anew();
            note!(world, "partition {index} is made anew");
            // Often it is longer than it was before anyone looks.
            if world.random.percent(50) {
                for _ in 0..was + depth {
                    foreign::produce_to(world, index);
                }
            }
        }
        _ => {
            partition.trim_to(partition.start + depth);
            partition.damages += 1;
            note!(world, "retention takes {depth} records of partition {index}");
        }
    }
    world.truth.losses += 1;
}

fn wipe(world: &mut World) {
    if world.kafka.id + 1 < LOGS_MAX {
        world.kafka.wipe();
        world.truth.losses += 1;
        note!(world, "the cluster starts again without data, as log {}", world.kafka.id);
    }
}

/// A server trims the log behind the positions; no fault, but no part of what must go on either. Rule 20.
pub(crate) fn trim(world: &mut World, server: usize) {
    let index = world.random.below(PARTITIONS);
    let Some(log) = world.servers[server].link else { return };
    let Some(position) = world.db.positions[log][index] else { return };
    if !world.kafka.answers || log != world.kafka.id {
        return;
    }
    let is_behind = world.rules.keep(Rule::TrimBehind);
    let limit = if is_behind { position.next } else { world.kafka.partitions[index].end() };
    // What is recent is kept for other readers.
    let kept = world.random.below(4) as i64;
    let before = limit - kept;
    let partition = &mut world.kafka.partitions[index];
    partition.trim_to(before);
    note!(world, "server {server}: trims partition {index} before {before}");
}
