//! What a stream is. Made by [`Stream::parse`](crate::Stream::parse) alone, so that every name in it can stand in SQL,
//! Kafka, CSV and the lake, and every field that is named is there.

use domain::decimal;

/// A stream of events: one topic of Kafka, one CSV file, one set of figures for each minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The topic's name; also that of the tables in SQL and in the lake.
    pub topic: String,
    /// The topic of what cannot be read: `new_orders.dlq`.
    pub dead_letter_topic: String,
    /// What people call it: `Orders`.
    pub title: String,
    /// What one event is.
    pub about: String,
    /// The CSV file in the data folder.
    pub file: String,
    /// The field that is the record's key.
    pub key: Option<usize>,
    /// A record that is a bare number stands for so many events; the most that one may say. `None`: there are none.
    pub bare_number_max: Option<i64>,
    /// The event's JSON, before `event_id`, `source` and `event_time`.
    pub fields: Vec<Field>,
    /// What is counted for each minute, in the order of the file's columns.
    pub measures: Vec<Measure>,
    /// What is shown of them, and never stored.
    pub ratios: Vec<Ratio>,
    /// What is counted for each value of a field.
    pub groups: Vec<Group>,
}

impl Stream {
    /// The place of the field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The place of the measure of this name.
    #[must_use]
    pub fn measure(&self, name: &str) -> Option<usize> {
        self.measures.iter().position(|measure| measure.name == name)
    }

    /// The columns of the file, behind `datetime`.
    pub fn columns(&self) -> impl Iterator<Item = &Measure> {
        self.measures.iter().filter(|measure| measure.is_in_file)
    }

    /// What a measure counts, in words that change exactly when its numbers mean something else. Kept with the figures,
    /// so that a start refuses a declaration that would add apples to pears.
    #[must_use]
    pub fn meaning(&self, measure: &Measure) -> String {
        let name = |field: usize| self.fields.get(field).map_or("?", |field| field.name.as_str());
        let of = match measure.of {
            Of::Count => "count".to_owned(),
            Of::Sum(field) => format!("sum {}", name(field)),
            Of::Min(field) => format!("min {}", name(field)),
            Of::Max(field) => format!("max {}", name(field)),
        };
        let only = measure.only.map(|field| format!(" where {}", name(field))).unwrap_or_default();
        format!("{of}{only} scale {}", measure.digits)
    }
}

/// A member of an event's JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// The lowest and the highest number that it may be, at the scale of its kind. `None`: any of `i64`, or no number.
    pub bounds: Option<(i64, i64)>,
    /// Whether it may be missing or `null`.
    pub is_optional: bool,
    /// Whether it stays in the database, and no record carries it.
    pub is_private: bool,
    /// What it says.
    pub about: String,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Integer,
    /// A number with so many digits after the point.
    Decimal(u8),
    /// Euros, with two digits for cents.
    Money,
    /// `true` or `false`.
    Boolean,
    /// At most so many characters.
    Text(usize),
    /// An instant, as RFC 3339 writes it.
    Time,
}

impl Kind {
    /// Digits after the point of what can be added up; `None` where nothing can.
    #[must_use]
    pub const fn digits(self) -> Option<u8> {
        match self {
            Kind::Integer => Some(0),
            Kind::Decimal(digits) => Some(digits),
            Kind::Money => Some(2),
            Kind::Boolean | Kind::Text(_) | Kind::Time => None,
        }
    }
}

/// A figure of each minute: a whole number of a fixed scale, so that the order in which events come does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its name; the column's in SQL, CSV and the lake.
    pub name: String,
    /// What is counted.
    pub of: Of,
    /// The boolean field that an event needs to be counted.
    pub only: Option<usize>,
    /// Digits after the point.
    pub digits: u8,
    /// What the numbers are, such as `money` or `µg/m³`.
    pub unit: Option<String>,
    /// Whether it is a column of the file.
    pub is_in_file: bool,
    /// Whether its stream's page shows it: what only a ratio is made of need not be.
    pub is_shown: bool,
    /// What it says.
    pub about: String,
}

impl Measure {
    /// A minute without events: nothing was added, but there is no lowest of nothing.
    #[must_use]
    pub const fn of_nothing(&self) -> Option<i64> {
        match self.of {
            Of::Count | Of::Sum(_) => Some(0),
            Of::Min(_) | Of::Max(_) => None,
        }
    }

    /// The two together; `None` where the sum leaves `i64`.
    #[must_use]
    pub fn together(&self, one: Option<i64>, other: Option<i64>) -> Option<Option<i64>> {
        match (one, other) {
            (Some(one), Some(other)) => match self.of {
                Of::Count | Of::Sum(_) => one.checked_add(other).map(Some),
                Of::Min(_) => Some(Some(one.min(other))),
                Of::Max(_) => Some(Some(one.max(other))),
            },
            (one, other) => Some(one.or(other)),
        }
    }

    /// As the file has it: empty where there is nothing.
    #[must_use]
    pub fn cell(&self, value: Option<i64>) -> String {
        value.map(|value| decimal::show(value, self.digits)).unwrap_or_default()
    }
}

/// What a measure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Events.
    Count,
    /// The sum of a field.
    Sum(usize),
    /// The lowest value of a field.
    Min(usize),
    /// The highest value of a field.
    Max(usize),
}

impl Of {
    /// The field, where one is looked at.
    #[must_use]
    pub const fn field(self) -> Option<usize> {
        match self {
            Of::Count => None,
            Of::Sum(field) | Of::Min(field) | Of::Max(field) => Some(field),
        }
    }
}

/// One measure divided by another: a mean is a sum by a count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Its name.
    pub name: String,
    /// The measure that is divided.
    pub of: usize,
    /// The measure that it is divided by.
    pub per: usize,
    /// What it says.
    pub about: String,
}

/// How often each value of a text field came, per quarter hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The field.
    pub field: usize,
    /// So many values of a day are told apart; the rest is `other`.
    pub most: usize,
}
