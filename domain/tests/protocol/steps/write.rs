//! Writing: orders, groups of page views and events over HTTP, in three steps: lock, stamp, commit. Rules 1, 4, 16, 21.

use super::Commit;
use super::ingest::{self, Taken};
use crate::database::{Origin, OutboxRow};
use crate::invariants::Invariant;
use crate::rules::Rule;
use crate::server::{Job, Sending, Writing};
use crate::world::{World, note};
use domain::Minute;

pub(super) const JOBS_MAX: usize = 6;
const RELAY_MAX: usize = 4;
/// What `idle_in_transaction_session_timeout` leaves a transaction whose server died.
const LEFT_OPEN_MICROS_MAX: i64 = 5_000_000;

/// Somebody orders, or looks at pages.
pub(crate) fn ask(world: &mut World, server: usize) {
    if world.servers[server].jobs.len() >= JOBS_MAX {
        return;
    }
    let job = if world.random.percent(60) {
        let amount = 1 + world.random.below(9) as i64;
        Job::Order(world.truth.new_order(amount))
    } else {
        let size = 1 + world.random.below(2) as u32;
        Job::Views(world.truth.new_views(size))
    };
    world.servers[server].jobs.push(job);
    note!(world, "server {server}: {job:?} is asked for");
}

/// Whether anyone holds the lock that writers share, the dead included.
pub(crate) fn is_locked_by_writers(world: &mut World) -> bool {
    if world.rules.keep(Rule::Timeouts) {
        let oldest = world.now_micros - LEFT_OPEN_MICROS_MAX;
        world.db.left_open.retain(|since| *since > oldest);
    }
    !world.db.left_open.is_empty()
        || !world.db.in_doubt.is_empty()
        || world.servers.iter().any(|server| server.writing.is_some_and(|writing| writing.is_locked))
}

pub(crate) fn write(world: &mut World, server: usize) {
    if let Some((id, seen_at)) = world.servers[server].unnoted.take() {
        return ingest::remember(world, id, seen_at);
    }
    let Some(writing) = world.servers[server].writing else { return begin(world, server) };
    if !writing.is_locked {
        lock(world, server);
    } else if writing.stamp.is_none() {
        stamp(world, server);
    } else {
        commit(world, server, writing);
    }
}

fn begin(world: &mut World, server: usize) {
    if world.servers[server].jobs.is_empty() {
        return;
    }
    let job = world.servers[server].jobs.remove(0);
    world.servers[server].writing = Some(Writing { job, is_locked: false, stamp: None, now: world.now(), id: 0 });
    if world.rules.keep(Rule::StampUnderLock) {
        lock(world, server);
    } else {
        stamp(world, server);
    }
}

fn lock(world: &mut World, server: usize) {
    // A closer that waits without a timeout stands before all writers in the queue.
    let is_free = !world.servers.iter().any(|other| other.waits_to_close);
    if let Some(writing) = &mut world.servers[server].writing
        && is_free
    {
        writing.is_locked = true;
        note!(world, "server {server}: writer begins");
    }
}

fn stamp(world: &mut World, server: usize) {
    let now = world.clock(server);
    let mut at = now;
    if world.rules.keep(Rule::NotBeforeClosed) {
        at = at.max(world.db.closed_until.start());
    }
    let id = world.db.new_id();
    if let Some(writing) = &mut world.servers[server].writing {
        if matches!(writing.job, Job::Views(_)) {
            // The second view's id.
            world.db.last_id += 1;
        }
        (writing.stamp, writing.now, writing.id) = (Some(at), now, id);
        note!(world, "server {server}: writer stamps {at}, row {id}");
    }
    if let Some(Writing { job: Job::Reading(reading), .. }) = world.servers[server].writing
        && !world.rules.keep(Rule::AnswerAfterCommit)
    {
        ingest::answer(world, reading, Taken::Known);
    }
}

fn commit(world: &mut World, server: usize, writing: Writing) {
    // The retry inserts the same unique id, or submission key, and so waits for the first attempt's end.
    let is_in_doubt = world.db.in_doubt.iter().any(|first| first.job == writing.job);
    if is_in_doubt && waits_for_first(world, writing.job) {
        return;
    }
    let outcome = Commit::draw(world);
    note!(world, "server {server}: writer commits {:?}: {outcome:?}", writing.job);
    world.servers[server].writing = None;
    if outcome == Commit::AnswerLost && world.random.percent(40) {
        world.db.in_doubt.push(writing);
    } else if outcome != Commit::Aborted {
        let finds_first = world.rules.keep(Rule::RetryId) || matches!(writing.job, Job::Reading(_));
        let taken = apply(world, server, writing, outcome == Commit::Done, finds_first);
        if let (Job::Reading(reading), Commit::Done, Some(taken)) = (writing.job, outcome, taken) {
            ingest::answer(world, reading, taken);
        }
    }
    match (outcome, writing.job) {
        (Commit::Done, Job::Views(group)) => world.truth.views[group].is_acknowledged = true,
        (Commit::Done, Job::Order(_)) => {}
        // Its device sends it again.
        (_, Job::Reading(_)) => {}
        // Some people give up.
        (_, Job::Order(_)) if world.random.percent(30) => {}
        _ => world.servers[server].jobs.push(writing.job),
    }
}

/// Whether a retry waits for the first attempt of the same thing.
fn waits_for_first(world: &World, job: Job) -> bool {
    match job {
        Job::Order(_) => true,
        Job::Views(_) => world.rules.keep(Rule::RetryIdUnique),
        Job::Reading(_) => world.rules.keep(Rule::IdIsKey),
    }
}

/// A commit comes through whose server has given it up.
pub(crate) fn land(world: &mut World) {
    if let Some(writing) = world.db.in_doubt.pop() {
        note!(world, "the commit of {:?} comes through after all", writing.job);
        // Where ids are only looked for, nothing was there to be found when it looked.
        let finds_first = waits_for_first(world, writing.job);
        apply(world, 0, writing, false, finds_first);
    }
}

/// What the transaction does, and did with an event over HTTP; `is_known` when its server will tell the relay,
/// `finds_first` when a group that is there already is not written again.
fn apply(world: &mut World, server: usize, writing: Writing, is_known: bool, finds_first: bool) -> Option<Taken> {
    let mut at = writing.stamp?;
    let mut taken = None;
    let (origin, rows, amount) = match writing.job {
        // Its submission key is found.
        Job::Order(order) if world.truth.orders[order].stamped.is_some() => return None,
        Job::Order(order) => {
            let order_row = &mut world.truth.orders[order];
            order_row.stamped = Some(at);
            (Origin::Order(order), 1, order_row.amount)
        }
        Job::Views(group) => {
            // The group's uuid is found.
            if world.truth.views[group].recorded > 0 && finds_first {
                return None;
            }
            let views = &mut world.truth.views[group];
            (views.recorded, views.stamped) = (views.recorded + 1, Some(at));
            (Origin::Views(group), i64::from(views.size), 1)
        }
        Job::Reading(reading) => {
            let was_taken = world.truth.readings[reading].taken.is_some();
            taken = Some(ingest::take(world, server, &writing, at, finds_first));
            note!(world, "event {reading} over HTTP: {taken:?}");
            match taken {
                Some(Taken::New(time)) => at = time,
                Some(Taken::Refused) if was_taken => {
                    let details = format!("event {reading} was taken at first");
                    world.violate(Invariant::IngestedNeverRefused, details);
                    return taken;
                }
                _ => return taken,
            }
            (Origin::Reading(reading), 1, world.truth.readings[reading].amount)
        }
    };
    let may_be_late = matches!(writing.job, Job::Reading(reading) if world.truth.readings[reading].time.is_some());
    if Minute::of(at) < world.db.closed_until && !may_be_late {
        world.violate(Invariant::OwnNeverLate, format!("{origin:?} is stamped {at}, into a closed minute"));
    }
    for id in writing.id..writing.id + rows {
        world.db.insert(OutboxRow { id, event_time: at, amount, origin, sweeps: 0, refusals: 0 });
        if is_known && world.servers[server].relay.len() < RELAY_MAX {
            let partition = partition_of(world, origin);
            world.servers[server].relay.push(Sending { id, amount, partition });
        }
    }
    taken
}

pub(crate) fn partition_of(world: &mut World, origin: Origin) -> usize {
    match origin {
        Origin::Order(_) => 0,
        Origin::Views(_) | Origin::Letter(_) | Origin::Reading(_) => 1 + world.random.below(2),
    }
}
