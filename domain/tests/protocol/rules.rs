//! The rules of the counting protocol as switches. Each, left out, must show: that is what makes the model's silence
//! worth something.

use crate::invariants::Invariant::{self, *};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    NotBeforeClosed,
    StampUnderLock,
    FiguresOfRow,
    OwnNeverBad,
    OneTransaction,
    RetryId,
    RetryIdUnique,
    SweepBehindBarrier,
    NewProducer,
    NewLink,
    IdAfterFetch,
    OtherShops,
    CompareAndSwap,
    LogCheck,
    SampleIsFirst,
    GoneIsNoEvidence,
    SampleIsRenewed,
    PositionBeforeEnd,
    EndAdvances,
    BadGoesOn,
    LettersByGeneration,
    RedriveInOne,
    InRange,
    OwnColumns,
    CloseInOne,
    FiguresWithClosing,
    TargetVoid,
    TargetLowered,
    EndBehindPosition,
    Locks,
    Timeouts,
    ClockWatch,
    NoBroker,
    CompareFiles,
    TrimBehind,
    AnswerAfterCommit,
    DedupeInOne,
    IdIsKey,
    KnownFirst,
    IdsKept,
    IdsExpire,
    IngestInRange,
    LateIsForeign,
}

/// A switch: the rule's number, what happens without it, and the invariant that then breaks.
pub(crate) struct Switch {
    pub(crate) rule: Rule,
    pub(crate) number: u8,
    pub(crate) left_out: &'static str,
    pub(crate) breaks: Invariant,
}

const fn switch(rule: Rule, number: u8, left_out: &'static str, breaks: Invariant) -> Switch {
    Switch { rule, number, left_out, breaks }
}

pub(crate) const SWITCHES: [Switch; 43] = [
    switch(Rule::NotBeforeClosed, 1, "events are stamped with the clock alone", OwnNeverLate),
    switch(Rule::StampUnderLock, 1, "the time is read before the lock is held", OwnNeverLate),
    switch(Rule::FiguresOfRow, 2, "the record's amount is counted, not the row's", OwnFigures),
    switch(Rule::OwnNeverBad, 2, "an own record with a mangled value is a bad record", OutboxDrains),
    switch(Rule::OneTransaction, 3, "positions advance in a transaction of their own", TutorialNeverDoubled),
    switch(Rule::RetryId, 4, "a group whose commit was not answered is written again", OwnOnce),
    switch(Rule::RetryIdUnique, 4, "the retry looks for its id instead of inserting it", OwnOnce),
    switch(Rule::SweepBehindBarrier, 5, "each sweep publishes all that waits", RepublishingBounded),
    switch(Rule::NewProducer, 6, "a producer that failed for good is kept", OutboxDrains),
    switch(Rule::NewLink, 6, "another cluster id is not noticed", OutboxDrains),
    switch(
        Rule::IdAfterFetch,
        6,
        "the cluster id is asked once a second only, not after a fetch",
        TutorialNeverDoubled,
    ),
    switch(Rule::OtherShops, 7, "another shop's record counts", OtherShopNeverCounted),
    switch(Rule::CompareAndSwap, 8, "positions are set whatever they are", TutorialNeverDoubled),
    switch(Rule::LogCheck, 9, "out of range, reading begins at the earliest record", TutorialNeverDoubled),
    switch(Rule::SampleIsFirst, 9, "the sample is any older record, not the log's first", TutorialNeverDoubled),
    switch(Rule::GoneIsNoEvidence, 9, "a sample that retention took counts as differing", TutorialNeverDoubled),
    switch(Rule::SampleIsRenewed, 9, "a check keeps the sample that it finds", TutorialNeverDoubled),
    switch(Rule::PositionBeforeEnd, 9, "a check reads the log's end before the position", TutorialNeverDoubled),
    switch(Rule::EndAdvances, 10, "an end behind a marker moves no position", MinutesClose),
    switch(Rule::BadGoesOn, 11, "a bad record stops its partition", MinutesClose),
    switch(Rule::LettersByGeneration, 11, "letters are unique without the generation", LetterKept),
    switch(Rule::RedriveInOne, 12, "a letter is marked after its row is committed", RedrivenOnce),
    switch(Rule::InRange, 13, "records of any time are counted", OutOfRangeNeverCounted),
    switch(Rule::OwnColumns, 13, "tutorial figures share the own columns", OwnFigures),
    switch(Rule::CloseInOne, 14, "the check and the closing are two transactions", OwnNeverLate),
    switch(Rule::FiguresWithClosing, 14, "the file's figures are read before the closing", FileAsRows),
    switch(Rule::TargetVoid, 15, "a target outlives its log and generation", MinutesClose),
    switch(Rule::TargetLowered, 15, "an end that the log has lost again is waited for", OutboxDrains),
    switch(Rule::EndBehindPosition, 15, "an end before the position counts as reached", ClosedWhole),
    switch(Rule::Locks, 16, "writers and closer hold no lock", OwnNeverLate),
    switch(Rule::Timeouts, 16, "neither a waiting closer nor a dead server's transaction ends", WritersGoOn),
    switch(Rule::ClockWatch, 17, "a jump of the clock closes at once", ClosedAfterItsEnd),
    switch(Rule::NoBroker, 18, "minutes close while no broker answers", ClosedWhole),
    switch(Rule::CompareFiles, 19, "a server renders again only what it was told of", FileAsRows),
    switch(Rule::TrimBehind, 20, "the log is trimmed to its end", TutorialNotLost),
    switch(Rule::AnswerAfterCommit, 21, "an event over HTTP is answered before its row is committed", IngestedOnce),
    switch(Rule::DedupeInOne, 21, "its id is noted after its row is committed", IngestedOnce),
    switch(Rule::IdIsKey, 21, "its id is looked for instead of inserted", IngestedOnce),
    switch(Rule::KnownFirst, 21, "its time is checked before its id", IngestedNeverRefused),
    switch(Rule::IdsKept, 21, "ids are forgotten before the window is over", IngestedOnce),
    switch(Rule::IdsExpire, 21, "an id is known for as long as nobody deletes it", IngestedOnce),
    switch(Rule::IngestInRange, 21, "events over HTTP of any time are taken", OutOfRangeNeverCounted),
    switch(Rule::LateIsForeign, 21, "the figures of a late one are own ones", OwnNeverLate),
];

impl Switch {
    pub(crate) fn named(name: &str) -> Option<&'static Switch> {
        SWITCHES.iter().find(|switch| format!("{:?}", switch.rule) == name)
    }
}

/// All rules, or all but one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    left_out: Option<Rule>,
}

impl Rules {
    pub(crate) const ALL: Rules = Rules { left_out: None };

    pub(crate) const fn without(rule: Rule) -> Rules {
        Rules { left_out: Some(rule) }
    }

    pub(crate) fn keep(self, rule: Rule) -> bool {
        self.left_out != Some(rule)
    }
}
