//! The toy server: what one process remembers. A crash takes all of it but the file and the machine's clock.

use crate::database::{Database, Position};
use crate::kafka::{PARTITIONS, Record};
use domain::{ClockWatch, Figures, Minute, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    Order(usize),
    Views(usize),
    Reading(usize),
}

/// A transaction of the writer that is under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writing {
    pub(crate) job: Job,
    pub(crate) is_locked: bool,
    pub(crate) stamp: Option<Timestamp>,
    /// The server's clock when it stamped.
    pub(crate) now: Timestamp,
    /// The first of the rows' ids.
    pub(crate) id: i64,
}

/// A record on its way to the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sending {
    pub(crate) id: i64,
    pub(crate) amount: i64,
    pub(crate) partition: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub(crate) log: usize,
    /// Generation and end of each partition.
    pub(crate) ends: [(i64, i64); PARTITIONS],
    /// Records from this uid on came after it was read.
    pub(crate) uid: i64,
    /// An end lay before the position: only where that part of rule 15 is left out.
    pub(crate) is_blind: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    Yes,
    NotYet,
    Void,
}

impl Target {
    pub(crate) fn reached(&self, db: &Database) -> Reached {
        let mut reached = Reached::Yes;
        for ((generation, end), position) in self.ends.iter().zip(&db.positions[self.log]) {
            match position {
                Some(position) if position.generation != *generation => return Reached::Void,
                Some(position) if position.next >= *end => {}
                _ => reached = Reached::NotYet,
            }
        }
        reached
    }
}

/// Rows up to `last_id` were published before these ends were read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Barrier {
    pub(crate) last_id: i64,
    pub(crate) target: Target,
}

/// A look that has read the position and not yet the log; where that order is left out, the log's end first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Looking {
    pub(crate) seen: Option<Position>,
    pub(crate) end: i64,
}

/// What a look at a partition found, to be stored if the position is still `seen`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) seen: Option<Position>,
    pub(crate) next: Position,
    /// The partition's damages that it saw.
    pub(crate) damages: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Advance {
    pub(crate) partition: usize,
    pub(crate) generation: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    pub(crate) log: usize,
    pub(crate) advances: Vec<Advance>,
    /// Partition, offset, record.
    pub(crate) records: Vec<(usize, i64, Record)>,
    /// The cluster's id was asked after the fetch and is the link's.
    pub(crate) is_of_this_log: bool,
}

impl Batch {
    pub(crate) fn clear(&mut self) {
        self.advances.clear();
        self.records.clear();
        self.is_of_this_log = false;
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Server {
    pub(crate) is_up: bool,
    /// The machine's clock against the true time.
    pub(crate) offset_micros: i64,
    /// A jump forward of this much is put right at this true time.
    pub(crate) jump: Option<(i64, i64)>,
    pub(crate) watch: ClockWatch,
    pub(crate) jobs: Vec<Job>,
    pub(crate) writing: Option<Writing>,
    pub(crate) relay: Vec<Sending>,
    /// The log that its clients were made for.
    pub(crate) link: Option<usize>,
    pub(crate) is_producer_dead: bool,
    pub(crate) in_flight: Vec<Sending>,
    pub(crate) barrier: Option<Barrier>,
    pub(crate) assigned: [bool; PARTITIONS],
    /// Generation and next offset of the partitions that it reads.
    pub(crate) held: [Option<(i64, i64)>; PARTITIONS],
    pub(crate) looking: [Option<Looking>; PARTITIONS],
    pub(crate) looks: [Option<Look>; PARTITIONS],
    pub(crate) batch: Batch,
    /// Positions that a second transaction is to move: only where rule 3 is left out.
    pub(crate) owed: Vec<Advance>,
    pub(crate) target: Option<(Minute, Target)>,
    /// It stands in the queue for the lock: only where rule 16 is left out.
    pub(crate) waits_to_close: bool,
    /// Minutes that a second transaction is to close: only where rule 14 is left out.
    pub(crate) checked: Option<(Minute, Target)>,
    /// Figures that were read before the closing: only where that part of rule 14 is left out.
    pub(crate) early: Option<(Minute, Vec<Figures>)>,
    /// A letter that a second transaction is to mark: only where rule 12 is left out.
    pub(crate) unmarked: Option<usize>,
    /// An id that a second transaction is to note: only where that part of rule 21 is left out.
    pub(crate) unnoted: Option<(usize, Timestamp)>,
    pub(crate) file: Vec<Figures>,
    /// Rows that were read for the file and where they go.
    pub(crate) reading: Option<(usize, i64)>,
    pub(crate) read: Vec<Figures>,
    pub(crate) seen_revisions: i64,
    pub(crate) must_compare: bool,
    pub(crate) was_told_of_revision: bool,
}

impl Server {
    /// Starts without memory; the file is compared first.
    pub(crate) fn start(&mut self) {
        let was = std::mem::take(self);
        self.is_up = true;
        self.must_compare = true;
        (self.offset_micros, self.jump, self.file, self.assigned) =
            (was.offset_micros, was.jump, was.file, was.assigned);
    }

    /// Ends everything that is bound to the log that its clients were made for.
    pub(crate) fn unlink(&mut self) {
        self.link = None;
        self.is_producer_dead = false;
        self.in_flight.clear();
        self.barrier = None;
        self.begin_anew();
    }

    /// The consumer goes back to the positions.
    pub(crate) fn begin_anew(&mut self) {
        self.held = [None; PARTITIONS];
        self.looking = [None; PARTITIONS];
        self.looks = [None; PARTITIONS];
        self.batch.clear();
    }
}
