//! The form of a rule on a measure as it is typed, and the one way from it to a condition. A bad value is told with its
//! field; the form itself is kept as it was.

use super::{MeasureCondition, MeasureRule, Side};
use crate::alert::Limited;
use crate::decimal;
use serde::{Deserialize, Serialize};

/// The longest text that a field can need, a measure's name with its topic; more is cut before it is shown again.
const TYPED_CHARS_MAX: usize = 100;

/// What stands in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureForm {
    /// Topic and measure, `air/pm25_max`; empty in the form of a rule that is there.
    pub measure: String,
    /// `above` or `below`.
    pub side: String,
    /// In the measure's own unit: `45.50`.
    pub value: String,
    /// Over so many minutes.
    pub minutes: String,
    /// Whether its box is ticked.
    pub is_on: bool,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MeasureField {
    /// Topic and measure.
    Measure,
    /// Above or below.
    Side,
    /// The value.
    Value,
    /// The minutes.
    Minutes,
}

impl MeasureField {
    /// Its name in the form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            MeasureField::Measure => "measure",
            MeasureField::Side => "side",
            MeasureField::Value => "value",
            MeasureField::Minutes => "minutes",
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureProblem {
    /// Which field.
    pub field: MeasureField,
    /// What to do about it, in a sentence.
    pub words: String,
}

/// What values a measure can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasureScale {
    /// Digits after the point.
    pub digits: u8,
    /// Whether it can be less than zero.
    pub may_be_negative: bool,
}

impl MeasureForm {
    /// The form for a new rule on this measure.
    #[must_use]
    pub fn new(measure: String) -> MeasureForm {
        let (side, minutes) = (Side::Above.to_string(), "5".to_owned());
        MeasureForm { measure, side, value: String::new(), minutes, is_on: true }
    }

    /// The form as this rule fills it.
    #[must_use]
    pub fn of(rule: &MeasureRule) -> MeasureForm {
        let MeasureCondition { side, threshold, minutes } = rule.condition;
        MeasureForm {
            measure: String::new(),
            side: side.to_string(),
            value: decimal::show(threshold, rule.digits),
            minutes: minutes.to_string(),
            is_on: rule.is_on,
        }
    }

    /// The form as a browser sends it.
    #[must_use]
    pub fn read(is_on: bool, typed: impl Fn(MeasureField) -> String) -> MeasureForm {
        let typed = |field| typed(field).trim().chars().take(TYPED_CHARS_MAX).collect();
        MeasureForm {
            measure: typed(MeasureField::Measure),
            side: typed(MeasureField::Side),
            value: typed(MeasureField::Value),
            minutes: typed(MeasureField::Minutes),
            is_on,
        }
    }

    /// Topic and measure that are chosen.
    #[must_use]
    pub fn chosen(&self) -> Option<(&str, &str)> {
        self.measure.split_once('/')
    }

    /// The condition that the form asks for, of a measure of this scale; `None`: there is no such measure.
    ///
    /// # Errors
    /// What is wrong with each field, in the order of the form.
    pub fn parse(&self, scale: Option<MeasureScale>) -> Result<MeasureCondition, Vec<MeasureProblem>> {
        let mut problems = Vec::new();
        let mut wrong = |field, words: String| problems.push(MeasureProblem { field, words });
        if scale.is_none() {
            wrong(MeasureField::Measure, "Choose a measure from the list.".to_owned());
        }
        let side = Side::named(&self.side);
        if side.is_none() {
            wrong(MeasureField::Side, "Choose above or below.".to_owned());
        }
        let threshold = scale.map(|scale| self.threshold(scale, side));
        if let Some(Err(words)) = &threshold {
            wrong(MeasureField::Value, words.clone());
        }
        let minutes = Limited::parse(&self.minutes);
        if minutes.is_none() {
            wrong(MeasureField::Minutes, "Write a whole number from 1 to 1440, without commas.".to_owned());
        }
        match (side, threshold, minutes) {
            (Some(side), Some(Ok(threshold)), Some(minutes)) => Ok(MeasureCondition { side, threshold, minutes }),
            _ => Err(problems),
        }
    }

    fn threshold(&self, scale: MeasureScale, side: Option<Side>) -> Result<i64, String> {
        let Some(threshold) = decimal::parse(&self.value, scale.digits) else {
            return Err(match scale.digits {
                0 => "Write a whole number, without commas.".to_owned(),
                digits => {
                    let example = decimal::show(25 * decimal::one(digits) / 2, digits);
                    let digits = if digits == 1 { "one digit".to_owned() } else { format!("{digits} digits") };
                    format!("Write a number such as {example}, with at most {digits} after the point and no commas.")
                }
            });
        };
        match (scale.may_be_negative, threshold, side) {
            (false, ..0, _) => Err("This measure is never negative: write a value from 0 on.".to_owned()),
            (false, 0, Some(Side::Below)) => Err("This measure is never below 0: write a greater value.".to_owned()),
            _ => Ok(threshold),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MONEY: MeasureScale = MeasureScale { digits: 2, may_be_negative: false };

    fn form(side: &str, value: &str, minutes: &str) -> MeasureForm {
        let [side, value, minutes] = [side, value, minutes].map(str::to_owned);
        MeasureForm { measure: "air/pm25_max".to_owned(), side, value, minutes, is_on: true }
    }

    #[test]
    fn values_are_read_exactly_in_the_measures_unit() {
        for (digits, may_be_negative, side, value, threshold) in [
            (2, false, "above", "45.50", Some(4_550)),
            (2, false, "above", "45", Some(4_500)),
            (2, false, "above", "45.505", None),
            (2, false, "above", "1,000", None),
            (2, false, "above", "€45", None),
            (2, false, "above", "", None),
            (2, false, "above", "-0.01", None),
            (2, true, "above", "-0.01", Some(-1)),
            (2, false, "above", "0", Some(0)),
            (2, false, "below", "0.00", None),
            (2, false, "below", "0.01", Some(1)),
            (2, true, "below", "0", Some(0)),
            (1, true, "below", "-12.5", Some(-125)),
            (0, false, "above", "7", Some(7)),
            (0, false, "above", "7.0", Some(7)),
            (0, false, "above", "7.5", None),
            (9, false, "above", "0.000000001", Some(1)),
            (0, true, "above", "-9223372036854775808", Some(i64::MIN)),
            (0, true, "above", "9223372036854775808", None),
            (0, true, "above", "1e3", None),
        ] {
            let parsed = form(side, value, "5").parse(Some(MeasureScale { digits, may_be_negative }));
            assert_eq!(parsed.as_ref().ok().map(|condition| condition.threshold), threshold, "{value}: {parsed:?}");
            if let Err(problems) = parsed {
                assert_eq!(problems.iter().map(|problem| problem.field).collect::<Vec<_>>(), [MeasureField::Value]);
            }
        }
    }

    #[test]
    fn each_bad_field_is_told_in_words() {
        let words = |form: MeasureForm, scale| {
            form.parse(scale).unwrap_err().into_iter().map(|problem| problem.words).collect::<Vec<_>>()
        };
        let whole = MeasureScale { digits: 0, may_be_negative: true };
        for (form, scale, told) in [
            (form("beside", "1", "1"), MONEY, "Choose above or below."),
            (form("above", "1", "0"), MONEY, "Write a whole number from 1 to 1440, without commas."),
            (form("above", "1", "1441"), MONEY, "Write a whole number from 1 to 1440, without commas."),
            (form("above", "x", "1"), whole, "Write a whole number, without commas."),
            (
                form("above", "x", "1"),
                MONEY,
                "Write a number such as 12.50, with at most 2 digits after the point and no commas.",
            ),
            (
                form("above", "x", "1"),
                MeasureScale { digits: 1, ..MONEY },
                "Write a number such as 12.5, with at most one digit after the point and no commas.",
            ),
            (form("above", "-1", "1"), MONEY, "This measure is never negative: write a value from 0 on."),
            (form("below", "0", "1"), MONEY, "This measure is never below 0: write a greater value."),
        ] {
            assert_eq!(words(form, Some(scale)), [told]);
        }
        assert_eq!(words(form("", "", ""), None).len(), 3, "of no measure nothing is said of the value");
        assert_eq!(words(form("", "", ""), Some(MONEY)).len(), 3);
    }

    #[test]
    fn what_was_typed_is_kept_without_excess() {
        let form = MeasureForm::read(false, |field| format!(" <{}> {}", field.name(), "x".repeat(200)));
        assert!(form.value.starts_with("<value> x") && !form.is_on);
        assert_eq!(form.measure.chars().count(), TYPED_CHARS_MAX);
        assert_eq!(MeasureForm { measure: "air/pm25_max".into(), ..form }.chosen(), Some(("air", "pm25_max")));
    }

    proptest! {
        #[test]
        fn any_form_is_a_condition_that_fills_it_in_again_or_is_refused(
            value in prop_oneof!["-?[0-9]{1,8}", "-?[0-9]{1,4}\\.[0-9]{1,3}", ".*"],
            minutes in prop_oneof!["[0-9]{1,4}", ".*"],
            side in prop_oneof!["above", "below", ".*"],
            digits in 0..=decimal::DIGITS_MAX,
            may_be_negative: bool,
        ) {
            let scale = Some(MeasureScale { digits, may_be_negative });
            match form(&side, &value, &minutes).parse(scale) {
                Ok(condition) => {
                    let (topic, measure) = ("air".to_owned(), "pm25_max".to_owned());
                    let rule = MeasureRule { id: 1, is_on: true, topic, measure, digits, condition };
                    prop_assert_eq!(MeasureForm::of(&rule).parse(scale), Ok(condition));
                }
                Err(problems) => prop_assert!(!problems.is_empty()),
            }
        }
    }
}
