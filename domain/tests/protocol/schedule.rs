//! One schedule: a storm of random steps with faults, then a calm in which everybody gets their turn, then the account.

use crate::account;
use crate::invariants::Violation;
use crate::kafka::PARTITIONS;
use crate::random::Random;
use crate::rules::Rules;
use crate::steps::{close, consume, count, faults, foreign, ingest, place, publish, redrive, render, sweep, write};
use crate::world::{World, note};
use domain::Minute;

const STORM_STEPS_MAX: usize = 200;
/// In so many schedules the storm rests for hours.
const QUIET_PERCENT: usize = 10;
/// How often a server that did something does the next thing too.
const SAME_SERVER_PERCENT: usize = 60;
/// Rounds after which everything must be done: ten simulated minutes.
const CALM_ROUNDS_MAX: usize = 60;
const ROUND_MICROS: i64 = 10_000_000;
/// Lock, stamp and commit of three jobs.
const WRITER_STEPS_A_TURN: usize = 9;

type Step = fn(&mut World, usize);

/// What a process does, with how many chances to do it often, seldom or hardly in a schedule.
const PROCESS_STEPS: [(Step, [u32; 3]); 14] = [
    (write::ask, [10, 5, 2]),
    (write::write, [24, 10, 3]),
    (publish::link, [6, 4, 2]),
    (publish::relay, [6, 3, 1]),
    (publish::deliver, [12, 6, 1]),
    (sweep::sweep, [8, 4, 2]),
    (place::place, [20, 10, 6]),
    (consume::fetch, [20, 10, 2]),
    (count::count, [24, 10, 3]),
    (close::close, [20, 10, 4]),
    (render::render, [6, 3, 1]),
    (redrive::redrive, [3, 1, 0]),
    (ingest::forget, [2, 1, 0]),
    // Everything once, without anyone between: how a shop is on most days.
    (take_turn, [10, 5, 2]),
];

/// What others do, and fate.
const OTHER_STEPS: [(Step, [u32; 3]); 11] = [
    (|world, _| foreign::produce(world), [16, 8, 2]),
    (|world, _| write::land(world), [2, 1, 1]),
    (faults::process, [2, 1, 0]),
    (faults::clock, [2, 1, 0]),
    (faults::rebalance, [3, 1, 0]),
    (faults::producer, [1, 0, 0]),
    (|world, _| faults::broker(world), [2, 1, 0]),
    (|world, _| faults::damage(world), [4, 2, 0]),
    (faults::trim, [2, 1, 0]),
    (faults::silence, [2, 1, 0]),
    (ingest::send, [10, 5, 1]),
];
/// Where `faults::damage` stands.
const DAMAGE: usize = PROCESS_STEPS.len() + 7;
const STEPS: usize = PROCESS_STEPS.len() + OTHER_STEPS.len();

/// Runs the schedule of this seed; its trace, when wanted, is left in the world.
pub(crate) fn run(seed: u64, rules: Rules, is_traced: bool) -> World {
    let mut world = World::new(seed, rules, is_traced);
    storm(&mut world);
    if world.violation.is_none() {
        calm(&mut world);
    }
    world
}

/// The violation that a schedule shows, if it does.
pub(crate) fn violation(seed: u64, rules: Rules) -> Option<Violation> {
    run(seed, rules, false).violation
}

/// How much oftener the log is damaged in a schedule that is about that.
const DAMAGES_OFTEN: u32 = 12;

/// Schedules differ in what happens often: a long outage, a rush, a quiet shop on a broken log.
fn chances(random: &mut Random) -> ([u32; STEPS], u32) {
    let mut sum = 0;
    let mut limits = [0; STEPS];
    let damages = if random.percent(25) { DAMAGES_OFTEN } else { 0 };
    for (index, (limit, (_, weights))) in limits.iter_mut().zip(PROCESS_STEPS.iter().chain(&OTHER_STEPS)).enumerate() {
        sum += weights[random.below(3)];
        if index == DAMAGE {
            sum += damages;
        }
        *limit = sum;
    }
    (limits, sum)
}

fn storm(world: &mut World) {
    let (limits, sum) = chances(&mut world.random);
    let steps = STORM_STEPS_MAX / 2 + world.random.below(STORM_STEPS_MAX / 2);
    let quiet_at = world.random.percent(QUIET_PERCENT).then_some(steps / 2);
    let mut server = 0;
    for step in 0..steps {
        if quiet_at == Some(step) {
            ingest::quiet(world);
        }
        let drawn = world.random.below(sum as usize) as u32;
        let index = limits.iter().position(|limit| drawn < *limit).unwrap_or(0);
        if !world.random.percent(SAME_SERVER_PERCENT) {
            server = world.random.below(world.servers.len());
        }
        if index >= PROCESS_STEPS.len() {
            OTHER_STEPS[index - PROCESS_STEPS.len()].0(world, server);
        } else if world.servers[server].is_up {
            PROCESS_STEPS[index].0(world, server);
        }
        if world.violation.is_some() {
            return;
        }
        let pause = match world.random.below(20) {
            0 => 1_000_000 * (5 + world.random.below(20) as i64),
            1..6 => 1_000 * world.random.below(4_000) as i64,
            _ => 1_000 * world.random.below(200) as i64,
        };
        world.pass(pause);
    }
}

/// No more faults: brokers answer, servers run, clocks are right, each partition belongs to one server.
fn calm(world: &mut World) {
    note!(world, "the storm is over");
    world.is_storm = false;
    while !world.db.in_doubt.is_empty() {
        write::land(world);
    }
    world.kafka.answers = true;
    let servers = world.servers.len();
    for index in 0..servers {
        if !world.servers[index].is_up {
            world.start(index);
        }
        let server = &mut world.servers[index];
        (server.offset_micros, server.jump) = (0, None);
        for partition in 0..PARTITIONS {
            server.assigned[partition] = partition % servers == index;
        }
        server.begin_anew();
    }
    // Everything that stands in the log by now stands before the target of the minute that is under way.
    let goal = Minute::of(world.now()).plus(1);
    for _ in 0..CALM_ROUNDS_MAX {
        world.pass(ROUND_MICROS);
        for server in 0..servers {
            take_turn(world, server);
        }
        if world.violation.is_some() {
            return;
        }
        if account::unfinished(world, goal).is_none() {
            return account::check(world);
        }
    }
    if let Some((invariant, details)) = account::unfinished(world, goal) {
        world.violate(invariant, details);
    }
}

fn take_turn(world: &mut World, server: usize) {
    publish::link(world, server);
    ingest::send_all(world, server);
    for _ in 0..WRITER_STEPS_A_TURN {
        write::write(world, server);
    }
    redrive::redrive(world, server);
    redrive::redrive(world, server);
    publish::relay(world, server);
    sweep::sweep(world, server);
    for _ in 0..publish::IN_FLIGHT_MAX {
        publish::deliver(world, server);
    }
    for partition in 0..PARTITIONS {
        for _ in 0..place::STEPS {
            place::place_partition(world, server, partition);
        }
    }
    for partition in 0..PARTITIONS {
        consume::fetch_partition(world, server, partition);
    }
    for _ in 0..3 {
        count::count(world, server);
    }
    for _ in 0..3 {
        close::close(world, server);
    }
    render::render(world, server);
    render::render(world, server);
}
