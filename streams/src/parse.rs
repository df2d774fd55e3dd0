//! From TOML to a stream. The first thing that is wrong is told; nothing is guessed.

use crate::declaration::{Field, Group, Kind, Measure, Of, Ratio, Stream};
use crate::problem::{Found, Problem};
use crate::{names, raw};
use domain::decimal;
use std::collections::BTreeSet;
use toml::Spanned;

/// The most fields of a stream.
pub const FIELDS_MAX: usize = 40;
/// The most measures of a stream.
pub const MEASURES_MAX: usize = 20;
/// The most ratios of a stream.
pub const RATIOS_MAX: usize = 10;
/// The most groups of a stream.
pub const GROUPS_MAX: usize = 4;
/// The most values of a day that a group tells apart.
pub const GROUP_VALUES_MAX: i64 = 1_000;
/// The most that a record which is a bare number may stand for.
pub const BARE_NUMBER_MAX: i64 = 1_000_000;
/// The longest text of a field, in characters: no value is longer.
pub const TEXT_CHARS_MAX: usize = 1024 * 1024;
/// What is added up lies between this and its negative, before its scale: sums stay far from the end of `i64`.
pub const SUMMED_MAX: i64 = 1_000_000_000;

impl Stream {
    /// Reads a declaration. `file` is how a problem names it.
    ///
    /// # Errors
    /// What is wrong first.
    pub fn parse(file: &str, text: &str) -> Result<Stream, Problem> {
        let raw: raw::Stream = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            Found::new(at, error.message()).in_file(file, text)
        })?;
        stream(raw).map_err(|found| found.in_file(file, text))
    }
}

fn stream(raw: raw::Stream) -> Result<Stream, Found> {
    let topic = names::name("topic", &raw.topic)?;
    let title = names::title("title", &raw.title)?;
    let about = names::about(&raw.about)?;
    let file = raw.file.as_ref().map_or_else(|| Ok(format!("{topic}.csv")), names::file)?;
    let at = raw.topic.span().start;
    at_most("fields", raw.fields.len(), FIELDS_MAX, at)?;
    at_most("measures", raw.measures.len(), MEASURES_MAX, at)?;
    at_most("ratios", raw.ratios.len(), RATIOS_MAX, at)?;
    at_most("groups", raw.groups.len(), GROUPS_MAX, at)?;
    if raw.measures.is_empty() {
        return Err(Found::new(at, "a stream needs at least one [[measures]], such as one with count = true"));
    }
    let summed: BTreeSet<&str> =
        raw.measures.iter().filter_map(|measure| Some(measure.sum.as_ref()?.get_ref().as_str())).collect();
    let mut before = BTreeSet::new();
    let fields = raw.fields.iter().map(|raw| field(raw, &summed, &mut before)).collect::<Result<Vec<_>, _>>()?;
    let mut before = BTreeSet::new();
    let measures = raw.measures.iter().map(|raw| measure(raw, &fields, &mut before)).collect::<Result<Vec<_>, _>>()?;
    let ratios = raw.ratios.iter().map(|raw| ratio(raw, &measures, &mut before)).collect::<Result<Vec<_>, _>>()?;
    let groups = raw.groups.iter().map(|raw| group(raw, &fields)).collect::<Result<Vec<_>, _>>()?;
    let key = raw.key.as_ref().map(|key| place_of_field(key, &fields)).transpose()?;
    let bare_number_max = raw.bare_number_max.as_ref().map(bare_number_max).transpose()?;
    let dead_letter_topic = format!("{topic}.dlq");
    Ok(Stream { topic, dead_letter_topic, title, about, file, key, bare_number_max, fields, measures, ratios, groups })
}

fn at_most(what: &str, number: usize, most: usize, at: usize) -> Result<(), Found> {
    if number <= most { Ok(()) } else { Err(Found::new(at, format!("{number} {what} are too many; {most} may be"))) }
}

fn bare_number_max(number: &Spanned<i64>) -> Result<i64, Found> {
    if (1..=BARE_NUMBER_MAX).contains(number.get_ref()) {
        Ok(*number.get_ref())
    } else {
        Err(Found::new(number.span().start, format!("bare_number_max has to be from 1 to {BARE_NUMBER_MAX}")))
    }
}

fn field(raw: &raw::Field, summed: &BTreeSet<&str>, before: &mut BTreeSet<String>) -> Result<Field, Found> {
    let name = names::new_name("field", &raw.name, before)?;
    let kind = kind(&raw.kind)?;
    let bounds = bounds(raw, kind, summed.contains(name.as_str()))?;
    Ok(Field {
        name,
        kind,
        bounds,
        is_optional: raw.optional,
        is_private: raw.private,
        about: names::about(&raw.about)?,
    })
}

fn kind(text: &Spanned<String>) -> Result<Kind, Found> {
    let unknown = || {
        let words = format!(
            "type `{}` is none of integer, decimal(1 to {}), money, boolean, text(1 to {TEXT_CHARS_MAX}), time",
            text.get_ref().escape_debug(),
            decimal::DIGITS_MAX
        );
        Found::new(text.span().start, words)
    };
    let (word, argument) = match text.get_ref().strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((word, argument)) => (word, Some(argument.parse::<usize>().map_err(|_| unknown())?)),
        None => (text.get_ref().as_str(), None),
    };
    match (word, argument) {
        ("integer", None) => Ok(Kind::Integer),
        ("money", None) => Ok(Kind::Money),
        ("boolean", None) => Ok(Kind::Boolean),
        ("time", None) => Ok(Kind::Time),
        ("text", Some(chars)) if (1..=TEXT_CHARS_MAX).contains(&chars) => Ok(Kind::Text(chars)),
        ("decimal", Some(digits)) => match u8::try_from(digits) {
            Ok(digits) if (1..=decimal::DIGITS_MAX).contains(&digits) => Ok(Kind::Decimal(digits)),
            _ => Err(unknown()),
        },
        _ => Err(unknown()),
    }
}

/// What is declared; where nothing is, numbers that are added up have bounds all the same.
fn bounds(raw: &raw::Field, kind: Kind, is_summed: bool) -> Result<Option<(i64, i64)>, Found> {
    let Some(digits) = kind.digits() else {
        return match raw.min.as_ref().or(raw.max.as_ref()) {
            Some(bound) => Err(Found::new(bound.span().start, "min and max belong to numbers")),
            None => Ok(None),
        };
    };
    if !is_summed && raw.min.is_none() && raw.max.is_none() {
        return Ok(None);
    }
    let usual = if is_summed { SUMMED_MAX.saturating_mul(decimal::one(digits)) } else { i64::MAX };
    let bound = |name: &str, number: &Option<Spanned<raw::Number>>, otherwise: i64| match number {
        None => Ok(otherwise),
        Some(number) => match decimal::parse(&number.get_ref().text(), digits) {
            Some(bound) if (-usual..=usual).contains(&bound) => Ok(bound),
            Some(_) => Err(Found::new(
                number.span().start,
                format!("{name} lies too far out: what is added up is at most {SUMMED_MAX} above or below zero"),
            )),
            None => Err(Found::new(
                number.span().start,
                format!("{name} has to be a number with at most {digits} digits after the point"),
            )),
        },
    };
    let (low, high) = (bound("min", &raw.min, -usual)?, bound("max", &raw.max, usual)?);
    match &raw.min {
        Some(min) if low > high => Err(Found::new(min.span().start, "min is above max")),
        _ => Ok(Some((low, high))),
    }
}

fn measure(raw: &raw::Measure, fields: &[Field], before: &mut BTreeSet<String>) -> Result<Measure, Found> {
    let name = names::new_name("measure", &raw.name, before)?;
    let counts = raw.count.as_ref().map(|count| (count.span().start, *count.get_ref()));
    let of = match (counts, &raw.sum, &raw.min, &raw.max) {
        (Some((_, true)), None, None, None) => Of::Count,
        (None, Some(field), None, None) => Of::Sum(numeric(field, fields)?),
        (None, None, Some(field), None) => Of::Min(numeric(field, fields)?),
        (None, None, None, Some(field)) => Of::Max(numeric(field, fields)?),
        _ => {
            let words = format!("measure `{name}` needs one of count = true, sum, min or max");
            return Err(Found::new(raw.name.span().start, words));
        }
    };
    let kind = of.field().and_then(|field| fields.get(field)).map_or(Kind::Integer, |field| field.kind);
    let unit = match &raw.unit {
        Some(unit) if unit.get_ref() == "money" && kind != Kind::Money => {
            return Err(Found::new(
                unit.span().start,
                format!("measure `{name}` is no money: its field is another type"),
            ));
        }
        Some(unit) => Some(names::title("unit", unit)?),
        None => (kind == Kind::Money).then(|| "money".to_owned()),
    };
    Ok(Measure {
        name,
        of,
        only: raw.only.as_ref().map(|field| boolean(field, fields)).transpose()?,
        digits: kind.digits().unwrap_or_default(),
        unit,
        is_in_file: raw.in_file.unwrap_or(true),
        is_shown: raw.shown.unwrap_or(true),
        about: names::about(&raw.about)?,
    })
}

fn ratio(raw: &raw::Ratio, measures: &[Measure], before: &mut BTreeSet<String>) -> Result<Ratio, Found> {
    let name = names::new_name("ratio", &raw.name, before)?;
    let place = |text: &Spanned<String>| {
        let found = measures.iter().position(|measure| measure.name == *text.get_ref());
        let place = found.ok_or_else(|| unknown("measure", text, measures.iter().map(|measure| &*measure.name)))?;
        match measures.get(place).map(|measure| measure.of) {
            Some(Of::Count | Of::Sum(_)) => Ok(place),
            _ => Err(Found::new(text.span().start, format!("ratio `{name}`: only counts and sums can be divided"))),
        }
    };
    Ok(Ratio { of: place(&raw.of)?, per: place(&raw.per)?, about: names::about(&raw.about)?, name: name.clone() })
}

fn group(raw: &raw::Group, fields: &[Field]) -> Result<Group, Found> {
    let field = place_of_field(&raw.field, fields)?;
    if !matches!(fields.get(field), Some(Field { kind: Kind::Text(_), .. })) {
        return Err(Found::new(raw.field.span().start, format!("field `{}` is no text", raw.field.get_ref())));
    }
    match usize::try_from(*raw.most.get_ref()) {
        Ok(most) if (1..=GROUP_VALUES_MAX).contains(raw.most.get_ref()) => Ok(Group { field, most }),
        _ => Err(Found::new(raw.most.span().start, format!("most has to be from 1 to {GROUP_VALUES_MAX}"))),
    }
}

fn numeric(text: &Spanned<String>, fields: &[Field]) -> Result<usize, Found> {
    let place = place_of_field(text, fields)?;
    match fields.get(place).and_then(|field| field.kind.digits()) {
        Some(_) => Ok(place),
        None => Err(Found::new(text.span().start, format!("field `{}` is no number", text.get_ref()))),
    }
}

fn boolean(text: &Spanned<String>, fields: &[Field]) -> Result<usize, Found> {
    let place = place_of_field(text, fields)?;
    match fields.get(place).map(|field| field.kind) {
        Some(Kind::Boolean) => Ok(place),
        _ => Err(Found::new(text.span().start, format!("field `{}` is not true or false", text.get_ref()))),
    }
}

fn place_of_field(text: &Spanned<String>, fields: &[Field]) -> Result<usize, Found> {
    let found = fields.iter().position(|field| field.name == *text.get_ref());
    found.ok_or_else(|| unknown("field", text, fields.iter().map(|field| &*field.name)))
}

fn unknown<'a>(what: &str, text: &Spanned<String>, known: impl Iterator<Item = &'a str>) -> Found {
    let known = known.collect::<Vec<_>>().join(", ");
    let known = if known.is_empty() { "there are none".to_owned() } else { format!("there are {known}") };
    Found::new(text.span().start, format!("there is no {what} `{}`; {known}", text.get_ref().escape_debug()))
}
