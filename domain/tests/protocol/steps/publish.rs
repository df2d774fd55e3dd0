//! Publishing: the link to the cluster, the relay from memory, and what the broker makes of it. Rule 6.

use crate::kafka::Body;
use crate::rules::Rule;
use crate::server::Sending;
use crate::world::{World, note};

/// Records that the producer holds.
pub(crate) const IN_FLIGHT_MAX: usize = 8;
/// Every so many ids the value of a record is mangled on its way; its headers are not.
const MANGLED_EVERY: i64 = 7;

/// Makes clients, or looks whether they still belong to the cluster that answers.
pub(crate) fn link(world: &mut World, server: usize) {
    if !world.kafka.answers {
        return;
    }
    let id = world.kafka.id;
    let (keeps_link, keeps_producer) = (world.rules.keep(Rule::NewLink), world.rules.keep(Rule::NewProducer));
    let server_state = &mut world.servers[server];
    match server_state.link {
        None => {
            server_state.link = Some(id);
            note!(world, "server {server}: links to log {id}");
        }
        Some(log) if (log != id && keeps_link) || (server_state.is_producer_dead && keeps_producer) => {
            server_state.unlink();
            world.truth.losses += 1;
            note!(world, "server {server}: leaves log {log}");
        }
        Some(_) => {}
    }
}

/// Hands what is committed to the producer.
pub(crate) fn relay(world: &mut World, server: usize) {
    let state = &mut world.servers[server];
    while let Some(sending) = state.relay.pop() {
        if state.link.is_some() && state.in_flight.len() < IN_FLIGHT_MAX {
            state.in_flight.push(sending);
        }
    }
}

/// The broker gets one of the records that are in flight, in any order.
pub(crate) fn deliver(world: &mut World, server: usize) {
    let state = &world.servers[server];
    if state.in_flight.is_empty() || state.link.is_none() || state.is_producer_dead || !world.kafka.answers {
        return;
    }
    let index = world.random.below(world.servers[server].in_flight.len());
    let sending = world.servers[server].in_flight[index];
    let fate = if world.is_storm { world.random.below(100) } else { 99 };
    let (is_taken, is_answered) = match fate {
        0..10 => (false, true),
        10..20 => (true, false),
        _ => (true, true),
    };
    if is_taken {
        append(world, sending);
    } else if let Some(row) = world.db.outbox.iter_mut().find(|row| row.id == sending.id) {
        row.refusals += 1;
    }
    if is_answered {
        world.servers[server].in_flight.remove(index);
    }
    note!(world, "server {server}: row {} to the broker: taken {is_taken}, answered {is_answered}", sending.id);
}

fn append(world: &mut World, sending: Sending) {
    let is_readable = sending.id % MANGLED_EVERY != 0;
    world.kafka.append(sending.partition, Body::Own { event_id: sending.id, amount: sending.amount, is_readable });
}
