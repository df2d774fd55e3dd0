//! What the owner's pages are asked for: the query of a report's address, and the form of the rules for alerts.

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

/// An input is the body of a post to `/admin/alerts`. It is rules that fill in the same form again, or each field that
/// is wrong is told once, and what was typed is shown again.
pub fn rules(data: &[u8]) {
    let fields: BTreeMap<_, _> = form_urlencoded::parse(data).into_owned().collect();
    let typed = |name: &str| fields.get(name).cloned().unwrap_or_default();
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
