//! The watch over rules on measures: what each measure came to over the rule's last complete minutes, and which alerts
//! that begins and ends. Called by `alerts`, which says up to which minute figures are complete.

use domain::alert::{MeasureRule, Measured, RuleName, Verdict, judge_measure};
use domain::{LocalTime, Minute};
use std::collections::BTreeMap;
use store::{Change, MeasureChange, Span, Store, StoreError};
use streams::{Measure, Topic};

/// Of minutes that were completed together, so many are judged, the last ones.
const JUDGED_TOGETHER_MAX: i64 = 60;

/// What the verdict asks for, where an open alert has these words.
pub(crate) fn change(verdict: Verdict, open: Option<&String>) -> Option<Change> {
    match (verdict, open) {
        (Verdict::Fires(finding), None) => Some(Change::Begins(finding)),
        (Verdict::Fires(finding), Some(words)) if finding.words != *words => Some(Change::Holds(finding)),
        (Verdict::Calm, Some(_)) => Some(Change::Ends),
        _ => None,
    }
}

/// What is to change about alerts of rules on measures: `open` has the words of those that are open. The minutes from
/// `completed.start` on, up to `completed.end` and without it, were completed last; while figures are stale there are
/// none.
pub(crate) async fn changes(
    store: &Store,
    completed: Option<Span>,
    local: &LocalTime,
    open: &BTreeMap<RuleName, String>,
) -> Result<Vec<MeasureChange>, StoreError> {
    let rules = store.measure_rules().await?;
    let measured = match completed {
        Some(completed) => measured(store, &rules, &completed, local).await,
        None => BTreeMap::new(),
    };
    let judged = rules.iter().filter_map(|rule| {
        let verdict = judge_measure(rule, measured.get(&rule.id));
        let change = change(verdict, open.get(&RuleName::Measure(rule.id)))?;
        let title = declared(store, rule).map(|(topic, _, measure)| topic.stream().title_of(measure));
        Some(MeasureChange { rule_id: rule.id, title: title.unwrap_or_default(), change })
    });
    let deleted = open.keys().filter_map(|name| match name {
        RuleName::Measure(id) if rules.iter().all(|rule| rule.id != *id) => {
            Some(MeasureChange { rule_id: *id, title: String::new(), change: Change::Ends })
        }
        _ => None,
    });
    Ok(judged.chain(deleted).collect())
}

/// The stream and the measure of a rule, and its place among them; `None`: this server does not know it.
fn declared(store: &Store, rule: &MeasureRule) -> Option<(Topic, usize, &'static Measure)> {
    let topic = store.streams().of(&rule.topic)?;
    let place = topic.stream().measure(&rule.measure)?;
    Some((topic, place, topic.stream().measures.get(place)?))
}

/// A rule that is to be judged, and its spans.
struct Asked<'a> {
    rule: &'a MeasureRule,
    place: usize,
    unit: Option<String>,
    spans: Vec<Span>,
}

/// What each rule's measure came to, by the rule's number. What cannot be read of one stream, such as a sum that leaves
/// its range, keeps the rules on the others going.
async fn measured(
    store: &Store,
    rules: &[MeasureRule],
    completed: &Span,
    local: &LocalTime,
) -> BTreeMap<i64, Measured> {
    let mut asked: BTreeMap<Topic, Vec<Asked<'_>>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.is_on) {
        let Some((topic, place, measure)) = declared(store, rule) else { continue };
        let first_minute = store.first_minute_of(topic);
        let from = completed.start.max(completed.end.plus(-JUDGED_TOGETHER_MAX));
        let ends = (from.number()..completed.end.number()).map(|minute| Minute::from_number(minute + 1));
        let spans = ends.map(|end| end.plus(-rule.condition.minutes.get())..end);
        let spans = spans.filter(|span| span.start >= first_minute).collect();
        asked.entry(topic).or_default().push(Asked { rule, place, unit: measure.unit.clone(), spans });
    }
    let mut measured = BTreeMap::new();
    for (topic, asked) in asked {
        let spans: Vec<Span> = asked.iter().flat_map(|asked| asked.spans.iter().cloned()).collect();
        let mut totals = match store.totals_of(topic, &spans).await {
            Ok(totals) => totals.into_iter(),
            Err(error) => {
                tracing::debug!(%error, %topic, "the rules on a stream's measures could not be looked at");
                continue;
            }
        };
        for Asked { rule, place, unit, spans } in asked {
            let values = spans.iter().zip(totals.by_ref()).map(|(span, totals)| (span.end, totals.of(place))).collect();
            measured.insert(rule.id, Measured { unit, values, local: local.clone() });
        }
    }
    measured
}
