//! A declaration as TOML has it, with the places of what a check may find wrong.

use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stream {
    pub(crate) topic: Spanned<String>,
    pub(crate) title: Spanned<String>,
    pub(crate) about: Spanned<String>,
    pub(crate) file: Option<Spanned<String>>,
    pub(crate) key: Option<Spanned<String>>,
    pub(crate) bare_number_max: Option<Spanned<i64>>,
    #[serde(default)]
    pub(crate) fields: Vec<Field>,
    #[serde(default)]
    pub(crate) measures: Vec<Measure>,
    #[serde(default)]
    pub(crate) ratios: Vec<Ratio>,
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) name: Spanned<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Spanned<String>,
    pub(crate) min: Option<Spanned<Number>>,
    pub(crate) max: Option<Spanned<Number>>,
    #[serde(default)]
    pub(crate) optional: bool,
    #[serde(default)]
    pub(crate) private: bool,
    pub(crate) about: Spanned<String>,
}

/// A bound of a field, as it is written.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Number {
    Whole(i64),
    Decimal(f64),
}

impl Number {
    /// As text that is read exactly: the shortest that stands for this number.
    pub(crate) fn text(&self) -> String {
        match self {
            Number::Whole(number) => number.to_string(),
            Number::Decimal(number) => number.to_string(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measure {
    pub(crate) name: Spanned<String>,
    pub(crate) count: Option<Spanned<bool>>,
    pub(crate) sum: Option<Spanned<String>>,
    pub(crate) min: Option<Spanned<String>>,
    pub(crate) max: Option<Spanned<String>>,
    #[serde(rename = "where")]
    pub(crate) only: Option<Spanned<String>>,
    pub(crate) unit: Option<Spanned<String>>,
    pub(crate) in_file: Option<bool>,
    pub(crate) shown: Option<bool>,
    pub(crate) about: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ratio {
    pub(crate) name: Spanned<String>,
    pub(crate) of: Spanned<String>,
    pub(crate) per: Spanned<String>,
    pub(crate) about: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) field: Spanned<String>,
    pub(crate) most: Spanned<i64>,
}
