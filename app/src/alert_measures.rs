//! The rules on measures as the owner's page shows them: each in the words of its stream, and what one more may be on.
//! Called by `alerts`.

use domain::alert::{MeasureChoice, MeasureForm, MeasureRow, MeasureRule, MeasuresPart};
use domain::words::{MONEY, counted, quantity};
use store::{Store, StoreError};
use streams::{Measure, Streams, Topic};

/// The rules as they are now, and the form for one more, with a measure of this stream chosen.
pub(crate) async fn measures_part(store: &Store, stream: &str) -> Result<MeasuresPart, StoreError> {
    let streams = store.streams();
    let rules = store.measure_rules().await?;
    let chosen = streams.of(stream).and_then(|topic| Some(value(topic, topic.stream().measures.first()?)));
    Ok(MeasuresPart {
        rules: rules.iter().map(|rule| row(streams, rule)).collect(),
        choices: streams.all().iter().flat_map(|topic| choices(*topic)).collect(),
        form: MeasureForm::new(chosen.unwrap_or_default()),
        ..MeasuresPart::default()
    })
}

/// Its value in the form.
fn value(topic: Topic, measure: &Measure) -> String {
    format!("{topic}/{}", measure.name)
}

fn choices(topic: Topic) -> impl Iterator<Item = MeasureChoice> {
    let stream = topic.stream();
    stream.measures.iter().map(move |measure| {
        let unit = unit(measure).map(|unit| format!(", in {unit}")).unwrap_or_default();
        MeasureChoice { value: value(topic, measure), name: format!("{}{unit}", stream.title_of(measure)) }
    })
}

/// What a value is typed in.
fn unit(measure: &Measure) -> Option<String> {
    measure.unit.as_ref().map(|unit| if unit == MONEY { "euros".to_owned() } else { unit.clone() })
}

fn row(streams: &Streams, rule: &MeasureRule) -> MeasureRow {
    let declared = streams.of(&rule.topic).and_then(|topic| {
        let stream = topic.stream();
        Some((stream, stream.measures.get(stream.measure(&rule.measure)?)?))
    });
    let title = match declared {
        Some((stream, measure)) => stream.title_of(measure),
        None => format!("{}, {}", rule.topic, rule.measure),
    };
    let condition = rule.condition;
    let stored = declared.and_then(|(_, measure)| measure.unit.as_deref());
    let threshold = quantity(condition.threshold, rule.digits, stored);
    let minutes = counted(condition.minutes.get(), "minute");
    MeasureRow {
        id: rule.id,
        title,
        condition: format!("{} {threshold} over {minutes}", condition.side),
        is_on: rule.is_on,
        is_declared: declared.is_some(),
        unit: declared.and_then(|(_, measure)| unit(measure)),
        form: MeasureForm::of(rule),
        problems: Vec::new(),
        failure: None,
    }
}
