//! Events over HTTP: a device sends one with an id, and again until it is answered, to whichever server. Rule 21.

use super::foreign::FAR_MICROS;
use super::write::{self, JOBS_MAX};
use crate::database::FIRST;
use crate::rules::Rule;
use crate::server::{Job, Writing};
use crate::truth::Reading;
use crate::world::{World, note};
use domain::{Minute, Timestamp};

const READINGS_MAX: usize = 12;
/// `INGEST_DEDUPE_HOURS` and `INGEST_LATE_HOURS`, as short as clocks that are wrong allow.
const WINDOW_MICROS: i64 = 3_600_000_000;
const AHEAD_MICROS_MAX: i64 = 60_000_000;
/// A device gives up what was not answered within this time, long before its id is forgotten.
const GIVES_UP_AFTER_MICROS: i64 = 300_000_000;
/// A quiet time after which ids are forgotten, by whichever clock. A device may then begin to count anew.
const QUIET_MICROS: i64 = 3 * WINDOW_MICROS;

/// What a transaction did with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It gets a row with this time.
    New(Timestamp),
    Known,
    Refused,
}

/// A device measures something, or sends again what was not answered.
pub(crate) fn send(world: &mut World, server: usize) {
    let drawn = world.random.below(READINGS_MAX);
    let count = world.truth.readings.len();
    let waiting = (drawn..count).chain(0..drawn.min(count)).find(|index| is_waiting(world, *index));
    match waiting {
        Some(reading) if world.random.percent(60) => send_again(world, server, reading),
        _ if count < READINGS_MAX => {
            measure(world);
            send_again(world, server, count);
        }
        _ => {}
    }
}

/// Whether its device wants an answer and has none.
fn is_waiting(world: &World, index: usize) -> bool {
    let reading = &world.truth.readings[index];
    let age_micros = world.now_micros - reading.measured_at_micros;
    !reading.is_answered && !reading.is_refused && age_micros < GIVES_UP_AFTER_MICROS
}

/// Every device sends what was not answered, once nothing is in its way.
pub(crate) fn send_all(world: &mut World, server: usize) {
    for index in 0..world.truth.readings.len() {
        if is_waiting(world, index) {
            send_again(world, server, index);
        }
    }
}

pub(crate) fn unanswered(world: &World) -> Option<usize> {
    (0..world.truth.readings.len()).find(|index| is_waiting(world, *index))
}

/// The device does not wait for an earlier request: two servers may have the same event at once.
fn send_again(world: &mut World, server: usize, reading: usize) {
    let state = &mut world.servers[server];
    let job = Job::Reading(reading);
    let is_there = state.jobs.contains(&job) || state.writing.is_some_and(|writing| writing.job == job);
    if state.is_up && !is_there && state.jobs.len() < JOBS_MAX {
        state.jobs.push(job);
        note!(world, "server {server}: a device sends event {reading}, {:?}", world.truth.readings[reading]);
    }
}

fn measure(world: &mut World) {
    let now = world.now();
    let (time, is_out_of_range) = match world.random.below(20) {
        0..6 => (None, false),
        6..11 => (Some(now), false),
        11..14 => (Some(FIRST.start()), false),
        // Near both ends of what is taken: sent again, the event may lie beyond.
        14..17 => (Some(now.plus_micros(AHEAD_MICROS_MAX - 10_000_000)), false),
        17 => (Some(now.plus_micros(30_000_000 - WINDOW_MICROS).max(FIRST.start())), false),
        18 => (Some(now.plus_micros(FAR_MICROS)), true),
        _ => (Some(FIRST.start().plus_micros(-1)), true),
    };
    let amount = 1 + world.random.below(5) as i64;
    let id = anew(world).unwrap_or(world.truth.readings.len());
    world.truth.readings.push(Reading {
        id,
        measured_at_micros: world.now_micros,
        time,
        is_out_of_range,
        amount,
        taken: None,
        is_answered: false,
        is_refused: false,
        counted: 0,
    });
}

/// An id of long ago that the device uses again.
fn anew(world: &World) -> Option<usize> {
    let long_ago = world.now_micros - QUIET_MICROS;
    let is_used = |id: usize| {
        let mut of_id = world.truth.readings.iter().filter(|reading| reading.id == id);
        of_id.any(|reading| reading.measured_at_micros > long_ago)
    };
    world.truth.readings.iter().map(|reading| reading.id).find(|id| !is_used(*id))
}

/// What the transaction does with an event; `finds_first` when an id that is there is found.
pub(crate) fn take(world: &mut World, server: usize, writing: &Writing, at: Timestamp, finds_first: bool) -> Taken {
    let Job::Reading(index) = writing.job else { return Taken::Known };
    let reading = world.truth.readings[index];
    let checks_first = !world.rules.keep(Rule::KnownFirst);
    let is_refused = reading.time.is_some_and(|time| !is_in_range(world, time, writing.now));
    if is_refused && checks_first {
        return Taken::Refused;
    }
    let seen_at = world.db.ingested.get(reading.id).copied().flatten();
    let known_since = writing.now.plus_micros(-WINDOW_MICROS);
    let is_known = seen_at.is_some_and(|seen| seen > known_since || !world.rules.keep(Rule::IdsExpire));
    if is_known && finds_first {
        return Taken::Known;
    }
    if is_refused {
        return Taken::Refused;
    }
    if world.rules.keep(Rule::DedupeInOne) {
        remember(world, reading.id, writing.now);
    } else {
        world.servers[server].unnoted = Some((reading.id, writing.now));
    }
    let at = reading.time.unwrap_or(at);
    world.truth.readings[index].taken = Some(at);
    Taken::New(at)
}

fn is_in_range(world: &World, time: Timestamp, now: Timestamp) -> bool {
    let is_taken =
        FIRST.start() <= time && time.micros_since(now) <= AHEAD_MICROS_MAX && now.micros_since(time) <= WINDOW_MICROS;
    is_taken || !world.rules.keep(Rule::IngestInRange)
}

pub(crate) fn remember(world: &mut World, id: usize, seen_at: Timestamp) {
    let ids = &mut world.db.ingested;
    ids.resize(ids.len().max(id + 1), None);
    ids[id] = Some(seen_at);
}

/// The server answers, and the device may hear it.
pub(crate) fn answer(world: &mut World, reading: usize, taken: Taken) {
    if world.is_storm && world.random.percent(20) {
        note!(world, "nobody hears that event {reading} is {taken:?}");
        return;
    }
    let reading = &mut world.truth.readings[reading];
    match taken {
        Taken::Refused => reading.is_refused = true,
        Taken::New(_) | Taken::Known => reading.is_answered = true,
    }
}

/// A server deletes the ids that are older than the window.
pub(crate) fn forget(world: &mut World, server: usize) {
    let keeps = world.rules.keep(Rule::IdsKept);
    let until = world.clock(server).plus_micros(if keeps { -WINDOW_MICROS } else { 0 });
    for seen_at in &mut world.db.ingested {
        *seen_at = seen_at.filter(|seen_at| *seen_at > until);
    }
}

/// Nothing happens for hours; what was under way is through, or has timed out.
pub(crate) fn quiet(world: &mut World) {
    while !world.db.in_doubt.is_empty() {
        write::land(world);
    }
    for server in &mut world.servers {
        server.jobs.retain(|job| !matches!(job, Job::Reading(_)));
        if server.writing.is_some_and(|writing| matches!(writing.job, Job::Reading(_))) {
            server.writing = None;
        }
    }
    world.pass(QUIET_MICROS);
    note!(world, "nothing happened for hours; it is {}", Minute::of(world.now()));
}
