//! The sweeper: observe, and publish once the consumer has passed what was observed. Rule 5.

use super::observe::{lower, observe};
use super::publish::IN_FLIGHT_MAX;
use super::write::partition_of;
use crate::invariants::Invariant;
use crate::rules::Rule;
use crate::server::{Barrier, Reached, Sending};
use crate::world::{World, note};

pub(crate) fn sweep(world: &mut World, server: usize) {
    if world.servers[server].link.is_none() {
        world.servers[server].barrier = None;
        return;
    }
    if !world.rules.keep(Rule::SweepBehindBarrier) {
        return publish(world, server, i64::MAX);
    }
    let link = world.servers[server].link;
    match world.servers[server].barrier.take() {
        Some(mut barrier) if Some(barrier.target.log) == link => match barrier.target.reached(&world.db) {
            Reached::Yes => publish(world, server, barrier.last_id),
            Reached::NotYet => {
                lower(world, server, &mut barrier.target);
                world.servers[server].barrier = Some(barrier);
            }
            Reached::Void => {}
        },
        _ => observe_barrier(world, server),
    }
}

fn observe_barrier(world: &mut World, server: usize) {
    let Some(last) = world.db.outbox.last() else { return };
    // Everything at or above the lowest id in flight may be published after the ends are read.
    let lowest = world.servers[server].in_flight.iter().map(|sending| sending.id).min();
    let last_id = lowest.map_or(last.id, |lowest| last.id.min(lowest - 1));
    if last_id < 1 {
        return;
    }
    if let Some(target) = observe(world, server) {
        note!(world, "server {server}: sweeper waits for {:?} before rows to {last_id}", target.ends);
        world.servers[server].barrier = Some(Barrier { last_id, target });
    }
}

fn publish(world: &mut World, server: usize, last_id: i64) {
    for index in 0..world.db.outbox.len() {
        let row = world.db.outbox[index];
        let state = &world.servers[server];
        if row.id > last_id || state.in_flight.len() >= IN_FLIGHT_MAX {
            return;
        }
        let is_in_flight = state.in_flight.iter().any(|sending| sending.id == row.id);
        if is_in_flight && world.rules.keep(Rule::SweepBehindBarrier) {
            continue;
        }
        let partition = partition_of(world, row.origin);
        world.servers[server].in_flight.push(Sending { id: row.id, amount: row.amount, partition });
        world.db.outbox[index].sweeps += 1;
        note!(world, "server {server}: row {} is swept", row.id);
        // In the calm a row that is swept for ever shows as an outbox that does not drain.
        // Each server may find a row that it did not publish, and again after whatever may have lost it.
        let sweeps_max = world.servers.len() * (1 + world.truth.losses + row.refusals);
        if row.sweeps >= sweeps_max && world.is_storm {
            let sweeps = row.sweeps + 1;
            world.violate(
                Invariant::RepublishingBounded,
                format!("row {} is swept {sweeps} times, after {} losses", row.id, world.truth.losses),
            );
            return;
        }
    }
}
