//! The toy cluster: a few partitions of records, which faults truncate, make anew, expire or wipe.

use domain::Fingerprint;

/// One of the orders, two of the requests.
pub(crate) const PARTITIONS: usize = 3;
/// Lives of the cluster that a schedule may see.
pub(crate) const LOGS_MAX: usize = 4;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Body {
    /// Names a row of our outbox, truly or not; `amount` is what it claims.
    Own {
        event_id: i64,
        amount: i64,
        is_readable: bool,
    },
    OtherShop {
        event_id: i64,
    },
    /// Which of the truth's tutorial records.
    Tutorial(usize),
    /// Which of the truth's bad records.
    Bad(usize),
    /// A transaction's marker: takes an offset and is never delivered.
    Marker,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    /// Never given twice in a schedule.
    pub(crate) uid: i64,
    pub(crate) body: Body,
}

impl Record {
    pub(crate) const fn fingerprint(&self, offset: i64) -> Fingerprint {
        Fingerprint { offset, timestamp_millis: self.uid, hash: self.uid }
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Partition {
    pub(crate) start: i64,
    pub(crate) records: Vec<Record>,
    /// How often records were lost that had been taken.
    pub(crate) damages: u32,
    /// How many of these a check has seen. The next damage waits for it: see the limits in `docs/protocol-model.md`.
    pub(crate) checked_damages: u32,
}

impl Partition {
    pub(crate) fn end(&self) -> i64 {
        self.start + self.records.len() as i64
    }

    /// The record at an offset that lies inside the log.
    pub(crate) fn at(&self, offset: i64) -> Record {
        self.records[(offset - self.start) as usize]
    }

    /// What a reader who asks for exactly this offset gets.
    pub(crate) fn fingerprint_at(&self, offset: i64) -> Option<Fingerprint> {
        if offset < self.start || offset >= self.end() {
            return None;
        }
        let record = self.at(offset);
        (!matches!(record.body, Body::Marker)).then(|| record.fingerprint(offset))
    }

    pub(crate) fn first_fingerprint(&self) -> Option<Fingerprint> {
        (self.start..self.end()).find_map(|offset| self.fingerprint_at(offset))
    }

    pub(crate) fn truncate_to(&mut self, end: i64) {
        self.records.truncate((end - self.start).max(0) as usize);
        self.damages += 1;
    }

    /// Removes what lies before `offset`.
    pub(crate) fn trim_to(&mut self, offset: i64) {
        let count = (offset - self.start).clamp(0, self.records.len() as i64);
        self.records.drain(..count as usize);
        self.start += count;
    }

    pub(crate) fn make_anew(&mut self) {
        self.start = 0;
        self.records.clear();
        self.damages += 1;
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    /// Names one life of its data.
    pub(crate) id: usize,
    pub(crate) answers: bool,
    pub(crate) partitions: [Partition; PARTITIONS],
    pub(crate) next_uid: i64,
}

impl Cluster {
    pub(crate) fn new() -> Cluster {
        Cluster { id: 0, answers: true, partitions: Default::default(), next_uid: 1 }
    }

    /// Takes a record; answers its uid.
    pub(crate) fn append(&mut self, partition: usize, body: Body) -> i64 {
        let uid = self.next_uid;
        self.next_uid += 1;
        self.partitions[partition].records.push(Record { uid, body });
        uid
    }

    /// Starts again without data under another id.
    pub(crate) fn wipe(&mut self) {
        self.id += 1;
        self.partitions = Default::default();
    }
}
