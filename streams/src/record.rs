//! Reads the fields of an event as their stream declares them; and what they add to its measures.
//!
//! Pure. Numbers are read from their text, never through a float. A field that is not declared is no concern of ours.

use crate::declaration::{Field, Kind, Measure, Of, Stream};
use crate::parse::TEXT_CHARS_MAX;
use crate::{NewEvent, Topic, Totals};
use domain::{Timestamp, decimal};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The members of a JSON object. A key that stands twice has its last value, as Python and JavaScript read it.
pub type Members<'a> = BTreeMap<String, &'a RawValue>;

/// A member that is there and not `null`.
#[must_use]
pub fn present<'a>(members: &Members<'a>, field: &str) -> Option<&'a RawValue> {
    members.get(field).copied().filter(|value| value.get() != "null")
}

/// Why a value cannot be read. Displays in the words that the dashboard and the dead letter carry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// JSON of another shape than the stream's.
    #[error("the value is not {0}")]
    WrongShape(String),
    /// An object without this field.
    #[error("the field {0} is missing")]
    Missing(String),
    /// A field that holds something else.
    #[error("the field {field} is not {expected}")]
    Malformed {
        /// The field.
        field: String,
        /// What it should be.
        expected: String,
    },
}

/// The members of a JSON object; `None` for other JSON.
pub(crate) fn members(json: &str) -> Option<Members<'_>> {
    serde_json::from_str(json).ok()
}

/// The longest value of a group that is told apart.
const GROUP_VALUE_CHARS_MAX: usize = 200;

/// What an event holds of what measures and groups look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// How many events it stands for: 1, unless it was a bare number.
    pub events: i64,
    /// In the order of the fields: numbers at the scale of their field, booleans as 0 and 1. `None`: missing, `null`,
    /// or a text.
    pub numbers: Vec<Option<i64>>,
    /// In the order of the groups: to which value of its field it belongs. `None`: the field is missing.
    pub groups: Vec<Option<GroupValue>>,
}

/// A value of a group's field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupValue {
    /// One that is told apart.
    Text(String),
    /// One of all the others: too long, or of a day that has so many already.
    Other,
}

impl Stream {
    /// Reads an event's value: an object with the declared fields, or a bare number where the stream has them.
    ///
    /// # Errors
    /// The first field that is not as declared, in the order in which they are; a field that is missing comes first.
    pub fn read(&self, json: &RawValue, members: Option<&Members<'_>>) -> Result<Values, Reason> {
        let Some(members) = members else { return self.read_bare(json) };
        let public = || self.fields.iter().filter(|field| !field.is_private);
        if let Some(missing) = public().find(|field| !field.is_optional && !members.contains_key(&field.name)) {
            return Err(Reason::Missing(missing.name.clone()));
        }
        let value = |(place, field): (usize, &Field)| match members.get(&field.name) {
            Some(value) if !field.is_private && !(field.is_optional && value.get() == "null") => {
                match field.read(value) {
                    Err(_) if field.is_optional && !self.looks_at(place) => Ok(None),
                    read => read,
                }
            }
            _ => Ok(None),
        };
        let numbers = self.fields.iter().enumerate().map(value).collect::<Result<_, _>>()?;
        Ok(Values { events: 1, numbers, groups: self.group_values(members) })
    }

    /// What an own event adds, by its payload. Never fails: what was written under another declaration counts for what
    /// is there.
    #[must_use]
    pub fn values(&self, payload: &str) -> Values {
        let Some(members) = members(payload) else {
            let none = vec![None; self.groups.len()];
            let events = decimal::parse(payload, 0).unwrap_or(1);
            return Values { events, numbers: vec![None; self.fields.len()], groups: none };
        };
        let value = |field: &Field| members.get(&field.name).and_then(|value| field.read(value).ok().flatten());
        Values { events: 1, numbers: self.fields.iter().map(value).collect(), groups: self.group_values(&members) }
    }

    fn group_values(&self, members: &Members<'_>) -> Vec<Option<GroupValue>> {
        let value = |field: &Field| {
            let value = present(members, &field.name).filter(|_| !field.is_private)?;
            // No character that a table or a page could not hold.
            let is_kept =
                |text: &String| text.chars().nth(GROUP_VALUE_CHARS_MAX).is_none() && !text.contains(char::is_control);
            Some(text(value.get()).filter(is_kept).map_or(GroupValue::Other, GroupValue::Text))
        };
        self.groups.iter().map(|group| self.fields.get(group.field).and_then(value)).collect()
    }

    /// Whether anything is counted of this field. One that may be missing, and of which nothing is, makes no dead
    /// letter.
    fn looks_at(&self, field: usize) -> bool {
        let measured = |measure: &Measure| measure.only == Some(field) || measure.of.field() == Some(field);
        self.measures.iter().any(measured) || self.groups.iter().any(|group| group.field == field)
    }

    fn read_bare(&self, json: &RawValue) -> Result<Values, Reason> {
        let is_number = json.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
        let Some(most) = self.bare_number_max else { return Err(Reason::WrongShape("an object".to_owned())) };
        if !is_number {
            let needed: Vec<_> =
                self.fields.iter().filter(|field| !field.is_optional).map(|field| &*field.name).collect();
            let fields = if needed.len() == 1 { "field" } else { "fields" };
            let expected = match needed.is_empty() {
                true => "a number or an object".to_owned(),
                false => format!("a number or an object with the {fields} {}", needed.join(", ")),
            };
            return Err(Reason::WrongShape(expected));
        }
        match decimal::parse(json.get(), 0).filter(|number| (0..=most).contains(number)) {
            Some(events) => {
                let (numbers, groups) = (vec![None; self.fields.len()], vec![None; self.groups.len()]);
                Ok(Values { events, numbers, groups })
            }
            None => Err(Reason::WrongShape(format!("a whole number from 0 to {most}"))),
        }
    }

    /// What one event comes to.
    #[must_use]
    pub fn totals(&self, values: &Values) -> Totals {
        Totals(self.measures.iter().map(|measure| measure.of_event(values)).collect())
    }
}

impl Topic {
    /// The own event that stands for another producer's, which [`Stream::read`] could read: its declared fields,
    /// numbers in plain digits.
    #[must_use]
    pub fn adopt(self, json: &RawValue, values: &Values) -> NewEvent {
        let stream = self.stream();
        let Some(members) = members(json.get()) else {
            return NewEvent { topic: self, key: None, payload: values.events.to_string() };
        };
        let shown = |(field, number): (&Field, &Option<i64>)| {
            let value = match (number, field.kind) {
                (Some(number), Kind::Boolean) => (*number == 1).to_string(),
                (Some(number), Kind::Integer | Kind::Decimal(_) | Kind::Money) => {
                    decimal::show(*number, field.kind.digits().unwrap_or_default())
                }
                _ => match members.get(&field.name).filter(|value| field.read(value).is_ok()) {
                    Some(value) => value.get().to_owned(),
                    None => "null".to_owned(),
                },
            };
            (field.name.clone(), value)
        };
        let fields: Vec<_> =
            stream.fields.iter().zip(&values.numbers).filter(|(field, _)| !field.is_private).map(shown).collect();
        let key = stream.key.and_then(|key| stream.fields.get(key)).and_then(|key| {
            let (_, value) = fields.iter().find(|(name, _)| *name == key.name)?;
            // PostgreSQL holds no text with a zero in it.
            text(value).or_else(|| Some(value.clone())).filter(|key| key != "null" && !key.contains('\0'))
        });
        let list: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        NewEvent { topic: self, key, payload: format!("{{{}}}", list.join(",")) }
    }
}

impl Measure {
    /// What one event adds.
    fn of_event(&self, values: &Values) -> Option<i64> {
        let number = |field: usize| values.numbers.get(field).copied().flatten();
        if self.only.is_some_and(|field| number(field) != Some(1)) {
            return self.of_nothing();
        }
        match self.of {
            Of::Count => Some(values.events),
            Of::Sum(field) | Of::Min(field) | Of::Max(field) => number(field).or(self.of_nothing()),
        }
    }
}

impl Field {
    /// Reads a value of this field; `None` of a text, which no measure looks at.
    fn read(&self, value: &RawValue) -> Result<Option<i64>, Reason> {
        let json = value.get();
        let in_bounds = |number: &i64| self.bounds.is_none_or(|(low, high)| (low..=high).contains(number));
        let read = match self.kind {
            Kind::Integer | Kind::Decimal(_) | Kind::Money => {
                decimal::parse(json, self.kind.digits().unwrap_or_default()).filter(in_bounds).map(Some)
            }
            Kind::Boolean => match json {
                "true" => Some(Some(1)),
                "false" => Some(Some(0)),
                _ => None,
            },
            // Whatever it holds: it need not even be decoded.
            Kind::Text(chars_max) if chars_max >= TEXT_CHARS_MAX => json.starts_with('"').then_some(None),
            Kind::Text(chars_max) => text(json).filter(|text| text.chars().count() <= chars_max).map(|_| None),
            Kind::Time => text(json).and_then(|text| Timestamp::parse_rfc3339(&text)).map(|at| Some(at.micros())),
        };
        read.ok_or_else(|| Reason::Malformed { field: self.name.clone(), expected: self.expected() })
    }

    /// What a value of this field has to be.
    #[must_use]
    pub fn expected(&self) -> String {
        let range = |words: &str, digits: u8| match self.bounds {
            Some((low, high)) => format!("{words} from {} to {}", short(low, digits), short(high, digits)),
            None => words.to_owned(),
        };
        match self.kind {
            Kind::Integer => range("a whole number", 0),
            Kind::Decimal(1) => range("a decimal", 1) + " with at most one digit after the point",
            Kind::Decimal(digits) => {
                range("a decimal", digits) + &format!(" with at most {} digits after the point", spelled(digits))
            }
            Kind::Money => range("a decimal", 2) + " with at most two digits after the point",
            Kind::Boolean => "true or false".to_owned(),
            Kind::Text(chars) if chars >= TEXT_CHARS_MAX => "a text".to_owned(),
            Kind::Text(chars) => format!("a text of at most {chars} characters"),
            Kind::Time => "a time as RFC 3339 writes it, 1970 to 9999".to_owned(),
        }
    }
}

/// Without zeros that say nothing.
fn short(value: i64, digits: u8) -> String {
    let shown = decimal::show(value, digits);
    if digits == 0 { shown } else { shown.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

fn spelled(digits: u8) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(usize::from(digits)).map_or_else(|| digits.to_string(), |word| (*word).to_owned())
}

fn text(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}
