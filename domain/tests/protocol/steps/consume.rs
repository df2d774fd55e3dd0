//! Fetching: records from where the position stood to wherever the log goes on. Rules 10 and 11.

use crate::kafka::{Body, PARTITIONS};
use crate::rules::Rule;
use crate::server::Advance;
use crate::world::{World, note};

/// Records of one fetch.
const FETCH_MAX: usize = 4;

pub(crate) fn fetch(world: &mut World, server: usize) {
    // One with something to read, if there is one.
    let drawn = world.random.below(PARTITIONS);
    let (state, kafka) = (&world.servers[server], &world.kafka);
    let has_more =
        |partition: &usize| state.held[*partition].is_some_and(|(_, next)| next != kafka.partitions[*partition].end());
    let found = (drawn..PARTITIONS).chain(0..drawn).find(has_more);
    fetch_partition(world, server, found.unwrap_or(drawn));
}

pub(crate) fn fetch_partition(world: &mut World, server: usize, partition: usize) {
    let state = &mut world.servers[server];
    let (Some(log), Some((generation, next))) = (state.link, state.held[partition]) else { return };
    if !state.assigned[partition] {
        state.held[partition] = None;
        return;
    }
    // A client goes on with whatever answers at its broker's address, even when that is another cluster. A batch that
    // is about to be counted takes nothing more.
    if !world.kafka.answers || state.batch.is_of_this_log {
        return;
    }
    let (ends_advance, bad_goes_on) = (world.rules.keep(Rule::EndAdvances), world.rules.keep(Rule::BadGoesOn));
    let fetched = state.batch.advances.iter().position(|advance| advance.partition == partition);
    let from = fetched.map_or(next, |index| state.batch.advances[index].to);
    let kafka = &world.kafka.partitions[partition];
    if from < kafka.start || from > kafka.end() {
        state.begin_anew();
        note!(world, "server {server}: {from} is out of range in partition {partition}");
        return;
    }
    state.batch.log = log;
    let mut to = from;
    let mut offset = from;
    let records_max = state.batch.records.len() + FETCH_MAX;
    while offset < kafka.end() && state.batch.records.len() < records_max {
        let record = kafka.at(offset);
        if matches!(record.body, Body::Bad(_)) && !bad_goes_on {
            break;
        }
        offset += 1;
        if !matches!(record.body, Body::Marker) {
            state.batch.records.push((partition, offset - 1, record));
            to = offset;
        }
    }
    if offset == kafka.end() && ends_advance {
        to = offset;
    }
    if to == from {
        return;
    }
    match fetched {
        Some(index) => state.batch.advances[index].to = to,
        None => state.batch.advances.push(Advance { partition, generation, from, to }),
    }
    note!(world, "server {server}: fetched {from}..{to} of partition {partition}");
}
