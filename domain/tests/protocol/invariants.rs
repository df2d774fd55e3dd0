//! What must hold, whatever happens: the names under which a violation is reported.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invariant {
    /// An own event is counted once: an order, or each view of an acknowledged group.
    OwnOnce,
    /// It is counted in the minute and with the figures of its row.
    OwnFigures,
    /// It is never stamped into, or counted into, a minute that is closed; nor is any event without a time of its own.
    OwnNeverLate,
    /// A record of another producer is never counted twice.
    TutorialNeverDoubled,
    /// It is counted or tallied, unless its log was damaged.
    TutorialNotLost,
    /// Another shop's record is never counted.
    OtherShopNeverCounted,
    /// A record or event from before the first minute or from the far future is never counted.
    OutOfRangeNeverCounted,
    /// A bad record that was applied has exactly one letter.
    LetterKept,
    /// A letter that was redriven is counted once.
    RedrivenOnce,
    /// An event over HTTP is counted once when it was answered, and else at most once.
    IngestedOnce,
    /// One that was taken is not refused when it comes again.
    IngestedNeverRefused,
    /// A minute is closed only after its end.
    ClosedAfterItsEnd,
    /// A minute is closed only after everything was counted that stood in the log when the target was read.
    ClosedWhole,
    /// Each server's file says what the closed rows say.
    FileAsRows,
    /// Once faults stop, all minutes close.
    MinutesClose,
    /// Once faults stop, the outbox drains.
    OutboxDrains,
    /// Once faults stop, whoever still wants to write has written.
    WritersGoOn,
    /// A row is published again only when something was lost.
    RepublishingBounded,
}

#[derive(Clone, Debug)]
pub(crate) struct Violation {
    pub(crate) invariant: Invariant,
    pub(crate) details: String,
}
