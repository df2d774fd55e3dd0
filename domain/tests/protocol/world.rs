//! One schedule's whole world, and its true time, which no server knows.

use crate::database::{Database, FIRST};
use crate::invariants::{Invariant, Violation};
use crate::kafka::{Cluster, PARTITIONS};
use crate::random::Random;
use crate::rules::Rules;
use crate::server::Server;
use crate::truth::Truth;
use domain::Timestamp;
use std::time::Duration;

/// How far a clock may be wrong without a fault.
pub(crate) const SKEW_MICROS_MAX: i64 = 1_500_000;
const SERVERS_MAX: usize = 3;

pub(crate) struct World {
    pub(crate) rules: Rules,
    pub(crate) random: Random,
    pub(crate) now_micros: i64,
    /// Other producers write to, and damage befalls, so many partitions.
    pub(crate) busy_partitions: usize,
    /// Faults happen.
    pub(crate) is_storm: bool,
    pub(crate) kafka: Cluster,
    pub(crate) db: Database,
    pub(crate) servers: Vec<Server>,
    pub(crate) truth: Truth,
    pub(crate) violation: Option<Violation>,
    /// Lines for a person, when one asked.
    pub(crate) trace: Option<Vec<String>>,
}

impl World {
    pub(crate) fn new(seed: u64, rules: Rules, is_traced: bool) -> World {
        let mut random = Random::new(seed);
        let mut servers = vec![Server::default(); 1 + random.below(SERVERS_MAX)];
        for server in &mut servers {
            server.offset_micros = random.below(2 * SKEW_MICROS_MAX as usize) as i64 - SKEW_MICROS_MAX;
        }
        for partition in 0..PARTITIONS {
            let owner = random.below(servers.len());
            servers[owner].assigned[partition] = true;
        }
        let busy_partitions = 1 + random.below(PARTITIONS);
        let mut world = World {
            busy_partitions,
            rules,
            random,
            now_micros: FIRST.start().micros(),
            is_storm: true,
            kafka: Cluster::new(),
            db: Database::new(),
            servers,
            truth: Truth::default(),
            violation: None,
            trace: is_traced.then(Vec::new),
        };
        for server in 0..world.servers.len() {
            world.start(server);
        }
        world
    }

    /// A process begins: it reads both clocks at once, so that it sees every jump from now on.
    pub(crate) fn start(&mut self, server: usize) {
        let (now, monotonic) = (self.clock(server), self.monotonic());
        self.servers[server].start();
        self.servers[server].watch.may_close(now, monotonic);
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now_micros)
    }

    /// What a server believes the time to be.
    pub(crate) fn clock(&self, server: usize) -> Timestamp {
        self.now().plus_micros(self.servers[server].offset_micros)
    }

    pub(crate) fn monotonic(&self) -> Duration {
        Duration::from_micros((self.now_micros - FIRST.start().micros()) as u64)
    }

    /// Lets time pass; jumps that are due are put right. Each server reads its clocks then, as a closer that looks ten
    /// times a second does.
    pub(crate) fn pass(&mut self, micros: i64) {
        self.now_micros += micros;
        let (now, monotonic) = (self.now(), self.monotonic());
        for server in &mut self.servers {
            if let Some((jumped, ends_at)) = server.jump
                && ends_at <= self.now_micros
            {
                server.offset_micros -= jumped;
                server.jump = None;
            }
            server.watch.may_close(now.plus_micros(server.offset_micros), monotonic);
        }
    }

    pub(crate) fn violate(&mut self, invariant: Invariant, details: String) {
        if let Some(lines) = &mut self.trace {
            lines.push(format!("VIOLATED {invariant:?}: {details}"));
        }
        self.violation.get_or_insert(Violation { invariant, details });
    }

    pub(crate) fn write_line(&mut self, text: &str) {
        let seconds = (self.now_micros - FIRST.start().micros()) as f64 / 1e6;
        if let Some(lines) = &mut self.trace {
            lines.push(format!("{seconds:8.1} s  {text}"));
        }
    }
}

/// Says what a step did; costs nothing unless somebody reads it.
macro_rules! note {
    ($world:expr, $($text:tt)*) => {
        if $world.trace.is_some() {
            let text = format!($($text)*);
            $world.write_line(&text);
        }
    };
}
pub(crate) use note;
