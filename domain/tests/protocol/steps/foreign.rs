//! What others write into the topics: tutorial records, other shops' records, rubbish, markers, records in our name.

use crate::database::FIRST;
use crate::kafka::Body;
use crate::truth::Tutorial;
use crate::world::{World, note};

const TUTORIALS_MAX: usize = 40;
/// Further ahead than any schedule lasts.
pub(super) const FAR_MICROS: i64 = 24 * 3_600_000_000;

pub(crate) fn produce(world: &mut World) {
    if !world.kafka.answers {
        return;
    }
    let partition = world.random.below(world.busy_partitions);
    produce_to(world, partition);
}

pub(crate) fn produce_to(world: &mut World, partition: usize) {
    match world.random.below(100) {
        0..58 => tutorial(world, partition),
        58..66 => {
            let event_id = 1 + world.random.below(20) as i64;
            world.kafka.append(partition, Body::OtherShop { event_id });
        }
        66..78 => {
            let is_redrivable = world.random.percent(70);
            let body = world.truth.new_bad(world.now(), is_redrivable);
            world.kafka.append(partition, body);
            note!(world, "a bad record comes to partition {partition}");
        }
        78..90 => {
            world.kafka.append(partition, Body::Marker);
            note!(world, "a marker comes to partition {partition}");
        }
        _ => in_our_name(world, partition),
    }
}

fn tutorial(world: &mut World, partition: usize) {
    if world.truth.tutorials.len() >= TUTORIALS_MAX {
        return;
    }
    let (at, is_out_of_range) = match world.random.below(20) {
        0 => (world.now().plus_micros(FAR_MICROS), true),
        1 => (FIRST.start().plus_micros(-1), true),
        // Late ones too.
        2..5 => (FIRST.start(), false),
        _ => (world.now(), false),
    };
    let index = world.truth.tutorials.len();
    let uid = world.kafka.append(partition, Body::Tutorial(index));
    let amount = 1 + world.random.below(5) as i64;
    let log = world.kafka.id;
    let record = Tutorial { uid, log, partition, at, amount, is_out_of_range, counted: 0, tallied: 0 };
    world.truth.tutorials.push(record);
    note!(world, "tutorial record {index} at {at} comes to partition {partition}");
}

/// A record from before a backup was restored, or a forged one: it names an old, a living or no row, and another
/// amount.
fn in_our_name(world: &mut World, partition: usize) {
    let event_id = 1 + world.random.below(world.db.last_id as usize + 3) as i64;
    world.kafka.append(partition, Body::Own { event_id, amount: 77, is_readable: true });
    note!(world, "a record in our name comes to partition {partition}: row {event_id}, amount 77");
}
