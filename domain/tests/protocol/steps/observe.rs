//! Reading the log's ends, for the closer and the sweeper. Rules 15 and 18.

use crate::kafka::PARTITIONS;
use crate::rules::Rule;
use crate::server::Target;
use crate::world::{World, note};

/// The ends as they are now, each with the generation under which it is seen; `None` while no broker answers or a
/// partition was never read. An end before the position would be reached before anything is read: the log is not what
/// it was, and the consumer's check has to say so first. The cluster's id is asked after the ends: they are those of
/// the link's log, or nothing.
pub(crate) fn observe(world: &World, server: usize) -> Option<Target> {
    let log = world.servers[server].link?;
    if !world.kafka.answers || (log != world.kafka.id && world.rules.keep(Rule::IdAfterFetch)) {
        return None;
    }
    let mut is_blind = false;
    let mut ends = [(0, 0); PARTITIONS];
    for (partition, end) in ends.iter_mut().enumerate() {
        let position = world.db.positions[log][partition]?;
        let now = world.kafka.partitions[partition].end();
        is_blind |= now < position.next;
        *end = (position.generation, now);
    }
    if is_blind && world.rules.keep(Rule::EndBehindPosition) {
        return None;
    }
    Some(Target { log, ends, uid: world.kafka.next_uid, is_blind })
}

/// An end that the log has no more will never be reached, unless by records to come: its tail was lost while nobody
/// had read it. So an end that was read and is not reached is read again, and a lower one takes its place.
pub(crate) fn lower(world: &mut World, server: usize, target: &mut Target) {
    if !world.rules.keep(Rule::TargetLowered) {
        return;
    }
    let Some(again) = observe(world, server) else { return };
    if again.log != target.log {
        return;
    }
    target.is_blind |= again.is_blind;
    for (end, now) in target.ends.iter_mut().zip(again.ends) {
        if end.0 == now.0 && now.1 < end.1 {
            note!(world, "server {server}: an end of {} is lowered to {}", end.1, now.1);
            end.1 = now.1;
        }
    }
}
