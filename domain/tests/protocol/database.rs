//! The toy database: the tables that counting touches. Each method is what one statement, or one transaction, does.

use crate::kafka::{LOGS_MAX, PARTITIONS};
use crate::server::Writing;
use domain::{Figures, Fingerprint, Minute, Money, Timestamp};

/// The shop's first minute.
pub(crate) const FIRST: Minute = Minute::from_number(29_000_000);

/// What made an outbox row; a number is an index into the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Order(usize),
    Views(usize),
    /// A dead letter that was redriven.
    Letter(usize),
    /// An event that came over HTTP.
    Reading(usize),
}

impl Origin {
    /// What one row adds; a redriven letter is another producer's record and stays one, and so is
    /// what a device sends.
    pub(crate) fn figures(self, amount: i64) -> Figures {
        match self {
            Origin::Order(_) => Figures::order(amount, Money::from_cents(amount * 100), false),
            Origin::Views(_) | Origin::Letter(_) | Origin::Reading(_) => Figures::requests(amount),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct OutboxRow {
    pub(crate) id: i64,
    pub(crate) event_time: Timestamp,
    pub(crate) amount: i64,
    pub(crate) origin: Origin,
    /// How often a sweeper published it.
    pub(crate) sweeps: usize,
    /// How often a broker did not take it.
    pub(crate) refusals: usize,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MinuteRow {
    pub(crate) own: Figures,
    pub(crate) foreign: Figures,
    pub(crate) is_closed: bool,
    pub(crate) revision: i64,
}

impl MinuteRow {
    pub(crate) fn sum(&self) -> Figures {
        plus(self.own, self.foreign)
    }
}

pub(crate) fn plus(a: Figures, b: Figures) -> Figures {
    a.plus(b).expect("figures of a model are small")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) generation: i64,
    pub(crate) next: i64,
    /// The log's first record, as the last check found it. Nothing else sets it.
    pub(crate) sample: Option<Fingerprint>,
    /// The last record applied.
    pub(crate) last: Option<Fingerprint>,
}

impl Position {
    pub(crate) const fn is_at(&self, generation: i64, next: i64) -> bool {
        self.generation == generation && self.next == next
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter {
    pub(crate) bad: usize,
    pub(crate) place: (usize, i64, usize, i64),
    pub(crate) is_redriven: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Database {
    /// In the order of ids.
    pub(crate) outbox: Vec<OutboxRow>,
    pub(crate) last_id: i64,
    pub(crate) closed_until: Minute,
    minutes: Vec<MinuteRow>,
    /// Raised by every revision of any minute.
    pub(crate) revisions: i64,
    pub(crate) positions: [[Option<Position>; PARTITIONS]; LOGS_MAX],
    pub(crate) letters: Vec<Letter>,
    /// When each id of a device was noted.
    pub(crate) ingested: Vec<Option<Timestamp>>,
    /// When each transaction began whose server died in silence while it held the writers' lock.
    pub(crate) left_open: Vec<i64>,
    /// Commits whose connection broke before they were through; they will be.
    pub(crate) in_doubt: Vec<Writing>,
}

impl Database {
    pub(crate) fn new() -> Database {
        Database {
            outbox: Vec::with_capacity(32),
            last_id: 0,
            closed_until: FIRST,
            minutes: Vec::with_capacity(16),
            revisions: 0,
            positions: Default::default(),
            letters: Vec::new(),
            ingested: Vec::new(),
            left_open: Vec::new(),
            in_doubt: Vec::new(),
        }
    }

    pub(crate) fn new_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    pub(crate) fn insert(&mut self, row: OutboxRow) {
        let index = self.outbox.iter().position(|other| other.id > row.id).unwrap_or(self.outbox.len());
        self.outbox.insert(index, row);
    }

    pub(crate) fn delete(&mut self, id: i64) -> Option<OutboxRow> {
        let index = self.outbox.iter().position(|row| row.id == id)?;
        Some(self.outbox.remove(index))
    }

    pub(crate) fn minute(&mut self, minute: Minute) -> &mut MinuteRow {
        let index = (minute.number() - FIRST.number()) as usize;
        if self.minutes.len() <= index {
            self.minutes.resize(index + 1, MinuteRow::default());
        }
        &mut self.minutes[index]
    }

    /// All minutes from the first on that have a row, or are followed by one that has.
    pub(crate) fn minutes(&self) -> &[MinuteRow] {
        &self.minutes
    }

    pub(crate) fn closed_count(&self) -> usize {
        (self.closed_until.number() - FIRST.number()) as usize
    }

    /// Adds to a minute; tells whether it was closed.
    pub(crate) fn add(&mut self, minute: Minute, own: Figures, foreign: Figures) -> bool {
        let row = self.minute(minute);
        row.own = plus(row.own, own);
        row.foreign = plus(row.foreign, foreign);
        let is_revised = row.is_closed;
        if is_revised {
            row.revision += 1;
            self.revisions += 1;
        }
        is_revised
    }

    pub(crate) fn close(&mut self, until: Minute) {
        while self.closed_until < until {
            let minute = self.closed_until;
            self.minute(minute).is_closed = true;
            self.closed_until = minute.plus(1);
        }
    }
}
