//! What the owner's pages are asked for: the query of a report's address, and the forms of the rules for alerts.

use domain::alert::{MeasureForm, MeasureRule, MeasureScale};
use domain::decimal::DIGITS_MAX;
use domain::report::{Day, Range};
use domain::{ReportQuery, RulesForm};
use std::collections::BTreeMap;
use url::form_urlencoded;

/// An input is the query of `/admin/metrics`. A report is asked for, written into an address and read there the same;
/// any other query is refused in words.
pub fn reports(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match ReportQuery::parse(text) {
        Ok(query) => {
            let written = query.to_string();
            assert_eq!(ReportQuery::parse(&written), Ok(query), "{written}");
            assert!(written.len() <= 80 && written.bytes().all(|byte| byte.is_ascii_graphic()), "{written}");
            assert!(query.range.sizes().contains(&query.size), "{query:?}");
            if let Range::Custom(from, to) = query.range {
                assert!(from <= to, "{query:?}");
                assert_eq!((Day::parse(&from.to_string()), Day::parse(&to.to_string())), (Some(from), Some(to)));
            }
            // What nobody asked for changes nothing.
            assert_eq!(ReportQuery::parse(&format!("{written}&{}", text.replace(['&', '='], " "))), Ok(query));
        }
        Err(problem) => assert!(problem.to_string().ends_with('.')),
    }
}

/// An input is the body of a post to `/admin/alerts`, or to `/admin/alerts/measures` of measures of every scale. It is
/// rules that fill in the same form again, or each field that is wrong is told once, and what was typed is shown again.
pub fn rules(data: &[u8]) {
    let fields: BTreeMap<_, _> = form_urlencoded::parse(data).into_owned().collect();
    let typed = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let form = MeasureForm::read(fields.contains_key("is_on"), |field| typed(field.name()));
    for digits in 0..=DIGITS_MAX {
        measure_rule(&form, MeasureScale { digits, may_be_negative: digits % 2 == 0 });
    }
    let form = RulesForm::read(|name| fields.contains_key(name), |field| typed(field.name()));
    match form.parse() {
        Ok(rules) => {
            let again = RulesForm::of(&rules);
            assert_eq!(again.parse(), Ok(rules));
            let number = |typed: &str| typed.trim_start_matches('0').to_owned();
            let typed = RulesForm {
                no_orders_minutes: number(&form.no_orders_minutes),
                requests_per_minute: number(&form.requests_per_minute),
                waiting_seconds: number(&form.waiting_seconds),
                ..form.clone()
            };
            assert_eq!(again, typed);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in &problems {
                let told = problems.iter().filter(|other| other.field == problem.field);
                assert_eq!(told.count(), 1, "{problems:?}");
                assert!(problem.words.ends_with('.'));
            }
        }
    }
}

fn measure_rule(form: &MeasureForm, scale: MeasureScale) {
    match form.parse(Some(scale)) {
        Ok(condition) => {
            assert!(scale.may_be_negative || condition.threshold >= 0, "{condition:?}");
            let (topic, measure) = form.chosen().unwrap_or_default();
            let (topic, measure) = (topic.to_owned(), measure.to_owned());
            let rule = MeasureRule { id: 1, is_on: form.is_on, topic, measure, digits: scale.digits, condition };
            let again = MeasureForm::of(&rule);
            assert_eq!((again.parse(Some(scale)), again.is_on), (Ok(condition), form.is_on));
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in &problems {
                assert_eq!(problems.iter().filter(|other| other.field == problem.field).count(), 1, "{problems:?}");
                assert!(problem.words.ends_with('.'));
            }
        }
    }
}
