//! What a stream of events is: its topic, its fields and its measures, declared in one TOML file.
//!
//! The shop's own streams are the files beside this crate; whoever runs a shop adds more in a folder of their own. Both
//! are read by the same code, and everything else follows from them: tables, files, figures and checks.

mod declaration;
mod dictionary;
mod event;
mod names;
mod parse;
mod problem;
mod raw;
mod record;
mod set;
mod shown;
mod topic;
mod totals;
mod words;

pub use declaration::{Field, Group, Kind, Measure, Of, Ratio, Stream};
pub use event::{Event, NewEvent};
pub use parse::{
    BARE_NUMBER_MAX, FIELDS_MAX, GROUP_VALUES_MAX, GROUPS_MAX, MEASURES_MAX, RATIOS_MAX, SUMMED_MAX, TEXT_CHARS_MAX,
};
pub use problem::Problem;
pub use record::{GroupValue, Members, Reason, Values, present};
pub use set::{FILE_BYTES_MAX, FILES_MAX, LoadError, Streams};
pub use shown::{LatestEvent, SHOWN_CHARS_MAX};
pub use topic::Topic;
pub use totals::{MinuteTotals, Ranked, Totals};
pub use words::called;

#[cfg(test)]
mod tests;
