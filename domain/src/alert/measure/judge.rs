//! Whether a rule on a measure fires for what was counted. What cannot be told neither begins nor ends an alert.

use super::{MeasureRule, Side};
use crate::alert::{Finding, Verdict};
use crate::words::{grouped, quantity};
use crate::{LocalTime, Minute};

/// What a measure came to over the minutes of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What its numbers are: `money`, `µg/m³`.
    pub unit: Option<String>,
    /// Once for each minute that was completed last: the minute after it, and the value over the rule's minutes up to
    /// there. `None`: the lowest or highest of no event. Empty while there are fewer complete minutes than the rule's.
    pub values: Vec<(Minute, Option<i64>)>,
    /// How the owner's clock shows it.
    pub local: LocalTime,
}

/// What a rule says of a measure; `None`: nothing is known of it now, because minutes have stopped to close or nobody
/// declares it here.
///
/// The lowest or highest of no event is unknown too: a sensor that fell silent has not recovered. Of several minutes
/// that were completed together, the one that lies furthest on the rule's side counts.
#[must_use]
pub fn judge_measure(rule: &MeasureRule, measured: Option<&Measured>) -> Verdict {
    if !rule.is_on {
        return Verdict::Calm;
    }
    let Some(measured) = measured else { return Verdict::Unknown };
    let condition = rule.condition;
    let known = measured.values.iter().filter_map(|(until, value)| Some((*until, (*value)?)));
    let furthest = match condition.side {
        Side::Above => known.max_by_key(|(_, value)| *value),
        Side::Below => known.min_by_key(|(_, value)| *value),
    };
    let Some((until, figure)) = furthest else { return Verdict::Unknown };
    let threshold = condition.threshold;
    let fires = match condition.side {
        Side::Above => figure > threshold,
        Side::Below => figure < threshold,
    };
    if !fires {
        return Verdict::Calm;
    }
    let clock = |minute: Minute| measured.local.shown(minute.start()).hour_minute();
    let span = match condition.minutes.get() {
        1 => format!("the minute {}", clock(until.plus(-1))),
        minutes => format!("the {} minutes until {}", grouped(minutes), clock(until)),
    };
    let words = |value| quantity(value, rule.digits, measured.unit.as_deref());
    let words = format!("{} in {span}, {} {}.", words(figure), condition.side, words(threshold));
    Verdict::Fires(Finding { words, figure, threshold })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::alert::{Limited, MeasureCondition};

    fn rule(side: Side, threshold: i64, minutes: i64) -> MeasureRule {
        let condition = MeasureCondition { side, threshold, minutes: Limited::new(minutes).unwrap() };
        let (topic, measure) = ("air".to_owned(), "pm25_max".to_owned());
        MeasureRule { id: 7, is_on: true, topic, measure, digits: 1, condition }
    }

    /// The values at the ends of minutes, the last of which is 13:32 of the owner's clock.
    fn measured(values: &[Option<i64>]) -> Measured {
        let last = Minute::of(Timestamp::parse_rfc3339("2026-11-24T12:32:00Z").unwrap());
        let ends = (0..values.len()).rev().map(|ago| last.plus(-i64::try_from(ago).unwrap()));
        Measured {
            unit: Some("µg/m³".to_owned()),
            values: ends.zip(values.iter().copied()).collect(),
            local: LocalTime { offset_minutes: 60, abbreviation: "CET".to_owned(), earlier: Vec::new() },
        }
    }

    #[test]
    fn a_rule_fires_beyond_its_value_alone() {
        use Side::{Above, Below};
        for (side, threshold, values, found) in [
            (Above, 300, vec![Some(299)], Some(None)),
            (Above, 300, vec![Some(300)], Some(None)),
            (Above, 300, vec![Some(301)], Some(Some(301))),
            (Below, 300, vec![Some(301)], Some(None)),
            (Below, 300, vec![Some(300)], Some(None)),
            (Below, 300, vec![Some(299)], Some(Some(299))),
            (Below, -30, vec![Some(-31)], Some(Some(-31))),
            (Above, -30, vec![Some(-30)], Some(None)),
            (Above, i64::MAX, vec![Some(i64::MAX)], Some(None)),
            (Below, i64::MAX, vec![Some(i64::MIN)], Some(Some(i64::MIN))),
            // Several at once: the furthest.
            (Above, 300, vec![Some(310), Some(320), Some(5)], Some(Some(320))),
            (Below, 300, vec![Some(310), Some(20), Some(400)], Some(Some(20))),
            (Above, 300, vec![Some(1), None], Some(None)),
            (Above, 300, vec![None, Some(301), None], Some(Some(301))),
            // The highest of no event, and too few minutes: nobody can tell.
            (Above, 300, vec![None], None),
            (Below, 300, vec![None, None], None),
            (Below, 300, vec![], None),
        ] {
            let verdict = judge_measure(&rule(side, threshold, 5), Some(&measured(&values)));
            let told = match &verdict {
                Verdict::Unknown => None,
                Verdict::Calm => Some(None),
                Verdict::Fires(finding) => Some(Some(finding.figure)),
            };
            assert_eq!(told, found, "{side} {threshold}: {values:?}");
        }
    }

    #[test]
    fn what_is_not_watched_is_calm_and_what_is_not_known_stays() {
        let off = MeasureRule { is_on: false, ..rule(Side::Above, 300, 5) };
        for measured in [None, Some(&measured(&[Some(301)]))] {
            assert_eq!(judge_measure(&off, measured), Verdict::Calm, "an open alert ends");
        }
        assert_eq!(judge_measure(&rule(Side::Above, 300, 5), None), Verdict::Unknown);
    }

    #[test]
    fn words_tell_figure_span_and_value() {
        let money = |values| Measured { unit: Some("money".to_owned()), ..measured(values) };
        let bare = |values| Measured { unit: None, ..measured(values) };
        for (rule, measured, words) in [
            (
                rule(Side::Above, 300, 5),
                measured(&[Some(312)]),
                "31.2 µg/m³ in the 5 minutes until 13:32, above 30.0 µg/m³.",
            ),
            (rule(Side::Above, 300, 1), bare(&[Some(12_345)]), "1,234.5 in the minute 13:31, above 30.0."),
            (
                MeasureRule { digits: 2, ..rule(Side::Below, 123_450, 1_440) },
                money(&[Some(-50), Some(99)]),
                "−€0.50 in the 1,440 minutes until 13:31, below €1,234.50.",
            ),
        ] {
            let Verdict::Fires(finding) = judge_measure(&rule, Some(&measured)) else { panic!("{rule:?}") };
            assert_eq!(finding.words, words);
            assert_eq!(finding.threshold, rule.condition.threshold);
        }
    }
}
