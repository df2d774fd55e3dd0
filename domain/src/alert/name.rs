//! Which rule an alert is of: one of the shop's own, or one of those that the owner made.

use super::RuleKind;
use serde::{Deserialize, Serialize};
use std::fmt;

const MEASURE: &str = "measure:";

/// A rule. Displays as its name in tables and messages: `dead_letters`, `measure:7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum RuleName {
    /// One of the shop's own.
    Shop(RuleKind),
    /// The rule on a measure that has this number.
    Measure(i64),
}

impl RuleName {
    /// The rule of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<RuleName> {
        match name.strip_prefix(MEASURE) {
            Some(id) => id.parse().ok().map(RuleName::Measure),
            None => RuleKind::named(name).map(RuleName::Shop),
        }
    }
}

impl From<RuleKind> for RuleName {
    fn from(kind: RuleKind) -> RuleName {
        RuleName::Shop(kind)
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RuleName::Shop(kind) => f.write_str(kind.name()),
            RuleName::Measure(id) => write!(f, "{MEASURE}{id}"),
        }
    }
}

impl From<RuleName> for String {
    fn from(name: RuleName) -> String {
        name.to_string()
    }
}

impl TryFrom<String> for RuleName {
    type Error = String;

    fn try_from(name: String) -> Result<RuleName, String> {
        RuleName::named(&name).ok_or_else(|| format!("there is no rule {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_known_by_its_name() {
        for kind in RuleKind::ALL {
            assert_eq!(RuleName::named(kind.name()), Some(kind.into()));
        }
        let name = RuleName::Measure(7);
        assert_eq!((name.to_string().as_str(), RuleName::named("measure:7")), ("measure:7", Some(name)));
        for unknown in ["", "measure:", "measure:x", "measure", "rule_of_tomorrow"] {
            assert_eq!(RuleName::named(unknown), None, "{unknown}");
        }
        let json = serde_json::to_string(&[name, RuleKind::NoOrders.into()]).unwrap();
        assert_eq!(json, r#"["measure:7","no_orders"]"#);
        assert_eq!(serde_json::from_str::<Vec<RuleName>>(&json).unwrap(), [name, RuleKind::NoOrders.into()]);
    }
}
