//! A report as it is shown.

use serde::{Deserialize, Serialize};

/// A report as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportParts {
    /// The parts of the dashboard that it stands in, as HTML.
    pub html: String,
    /// When it may be loaded again, in seconds; `None` where nothing of it changes any more.
    pub reload_seconds_min: Option<u32>,
}
