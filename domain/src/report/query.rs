//! What the owner asks to see, as it stands in the address. Pure: which days these are is known only with the time
//! zone. Addresses come from anybody: what cannot be read is a [`QueryProblem`] with clear words.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many buckets one answer may have.
pub const BUCKETS_MAX: usize = 800;

/// A day of the owner's calendar: `2026-11-24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub NaiveDate);

impl Day {
    /// Reads exactly `YYYY-MM-DD`, from 1970 on, and not the calendar's last year: every day has a next one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Day> {
        // By hand: the library's reader is lenient, and so large that a browser would notice.
        let mut bytes = text.bytes().enumerate();
        let is_day = bytes.all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
        let text = Some(text).filter(|text| is_day && text.len() == 10)?;
        let number = |from, to| text.get(from..to)?.parse::<u16>().ok();
        let date = NaiveDate::from_ymd_opt(number(0, 4)?.into(), number(5, 7)?.into(), number(8, 10)?.into())?;
        Some(Day(date)).filter(|day| (1970..=9_998).contains(&day.0.year()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Which span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// The last 60 minutes, the open one included.
    #[default]
    Hour,
    /// Since midnight.
    Today,
    /// The last 24 hours, the open one included.
    Day,
    /// The last 7 days, today included.
    Week,
    /// The last 30 days, today included.
    Month,
    /// The last 12 months, today included.
    Year,
    /// From a day to a day, both included.
    Custom(Day, Day),
}

impl Range {
    /// Those that need no dates, in the order in which they are offered.
    pub const NAMED: [Range; 6] = [Range::Hour, Range::Today, Range::Day, Range::Week, Range::Month, Range::Year];

    /// Its name in the address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Range::Hour => "hour",
            Range::Today => "today",
            Range::Day => "24h",
            Range::Week => "7d",
            Range::Month => "30d",
            Range::Year => "12m",
            Range::Custom(..) => "custom",
        }
    }

    /// What the owner calls it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Range::Hour => "Last hour",
            Range::Today => "Today",
            Range::Day => "24 hours",
            Range::Week => "7 days",
            Range::Month => "30 days",
            Range::Year => "12 months",
            Range::Custom(..) => "Custom",
        }
    }

    /// The buckets that it may be told in, the usual one first.
    #[must_use]
    pub fn sizes(self) -> &'static [BucketSize] {
        match self {
            Range::Hour => &[BucketSize::Minute],
            Range::Today | Range::Day => &[BucketSize::Hour],
            Range::Week | Range::Month => &[BucketSize::Day, BucketSize::Hour],
            Range::Year => &[BucketSize::Day],
            Range::Custom(from, to) => match (to.0 - from.0).num_days() {
                ..=1 => &[BucketSize::Hour, BucketSize::Day],
                2..=30 => &[BucketSize::Day, BucketSize::Hour],
                _ => &[BucketSize::Day],
            },
        }
    }
}

/// The steps of a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BucketSize {
    /// Each minute.
    #[default]
    Minute,
    /// Each hour of the owner's time zone.
    Hour,
    /// Each day of it; 23 or 25 hours when clocks are changed.
    Day,
}

impl BucketSize {
    /// Its name in the address, and for the owner.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            BucketSize::Minute => "minute",
            BucketSize::Hour => "hour",
            BucketSize::Day => "day",
        }
    }
}

/// What the figures are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// The span of the same length right before.
    #[default]
    Previous,
    /// The same days of the week, as many whole weeks earlier as the span needs.
    WeekEarlier,
    /// Nothing.
    Nothing,
}

impl Against {
    /// All, in the order in which they are offered.
    pub const ALL: [Against; 3] = [Against::Previous, Against::WeekEarlier, Against::Nothing];

    /// Its name in the address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Against::Previous => "previous",
            Against::WeekEarlier => "week",
            Against::Nothing => "none",
        }
    }

    /// What the owner calls it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Against::Previous => "Previous period",
            Against::WeekEarlier => "Same days a week earlier",
            Against::Nothing => "Nothing",
        }
    }
}

/// Range, bucket and comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReportQuery {
    /// Which span.
    pub range: Range,
    /// In which steps.
    pub size: BucketSize,
    /// Compared with what.
    pub against: Against,
}

/// Why an address names no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum QueryProblem {
    /// No such range.
    #[error("There is no such range. Choose one of those above.")]
    Range,
    /// The range is not told in such steps.
    #[error("This range cannot be shown in such steps. Choose one of those above.")]
    Size,
    /// Nothing to compare with by that name.
    #[error("There is no such comparison. Choose one of those above.")]
    Against,
    /// A day is missing or is none.
    #[error("Choose a first and a last day, such as 2026-11-01 and 2026-11-24.")]
    Days,
    /// The last day comes first.
    #[error("The last day lies before the first. Exchange the two.")]
    Reversed,
    /// More than [`BUCKETS_MAX`].
    #[error("That is too long: at most 800 days can be shown at once.")]
    TooLong,
}

impl ReportQuery {
    /// Reads the query of an address: `range=7d&bucket=hour&compare=week`. What is missing or empty is as usual; what
    /// is not known is left alone.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(query: &str) -> Result<ReportQuery, QueryProblem> {
        let pairs = || query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
        let value = |name| pairs().find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value);
        let range = match value("range") {
            None => Range::default(),
            Some("custom") => custom(value("from"), value("to"))?,
            Some(name) => Range::NAMED.into_iter().find(|range| range.name() == name).ok_or(QueryProblem::Range)?,
        };
        let size = match value("bucket") {
            None => range.sizes().first(),
            Some(name) => range.sizes().iter().find(|size| size.name() == name),
        };
        let against = match value("compare") {
            None => Against::default(),
            Some(name) => {
                Against::ALL.into_iter().find(|against| against.name() == name).ok_or(QueryProblem::Against)?
            }
        };
        Ok(ReportQuery { range, size: *size.ok_or(QueryProblem::Size)?, against })
    }

    /// The same with another range, in its usual steps.
    #[must_use]
    pub fn with_range(self, range: Range) -> ReportQuery {
        ReportQuery { range, size: range.sizes().first().copied().unwrap_or_default(), ..self }
    }
}

fn custom(from: Option<&str>, to: Option<&str>) -> Result<Range, QueryProblem> {
    let day = |text: Option<&str>| text.and_then(Day::parse).ok_or(QueryProblem::Days);
    let (from, to) = (day(from)?, day(to)?);
    match (to.0 - from.0).num_days() {
        ..0 => Err(QueryProblem::Reversed),
        days if days >= BUCKETS_MAX as i64 => Err(QueryProblem::TooLong),
        _ => Ok(Range::Custom(from, to)),
    }
}

/// As it stands in the address; what is as usual is left out.
impl fmt::Display for ReportQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "range={}", self.range.name())?;
        if let Range::Custom(from, to) = self.range {
            write!(f, "&from={from}&to={to}")?;
        }
        if Some(&self.size) != self.range.sizes().first() {
            write!(f, "&bucket={}", self.size.name())?;
        }
        if self.against != Against::default() {
            write!(f, "&compare={}", self.against.name())?;
        }
        Ok(())
    }
}

impl TryFrom<String> for ReportQuery {
    type Error = QueryProblem;

    fn try_from(text: String) -> Result<ReportQuery, QueryProblem> {
        ReportQuery::parse(&text)
    }
}

impl From<ReportQuery> for String {
    fn from(query: ReportQuery) -> String {
        query.to_string()
    }
}
