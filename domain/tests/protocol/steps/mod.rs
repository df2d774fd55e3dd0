//! What servers, clients and fate do, one indivisible step at a time. Where the real code reads and acts later, these
//! are two steps, and anything may happen between them.

pub(crate) mod close;
pub(crate) mod consume;
pub(crate) mod count;
pub(crate) mod faults;
pub(crate) mod foreign;
pub(crate) mod ingest;
pub(crate) mod observe;
pub(crate) mod place;
pub(crate) mod publish;
pub(crate) mod redrive;
pub(crate) mod render;
pub(crate) mod sweep;
pub(crate) mod write;

/// How a transaction ended, as its server sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Commit {
    Done,
    Aborted,
    /// It is committed, and the connection broke before the answer came.
    AnswerLost,
}

impl Commit {
    pub(crate) fn draw(world: &mut crate::world::World) -> Commit {
        if !world.is_storm {
            return Commit::Done;
        }
        match world.random.below(100) {
            0..8 => Commit::Aborted,
            8..18 => Commit::AnswerLost,
            _ => Commit::Done,
        }
    }
}
