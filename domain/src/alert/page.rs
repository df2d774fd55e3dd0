//! What the owner's page of alerts shows: every time and duration is in words already, because browsers know no time
//! zone.

use super::{MeasureForm, MeasureProblem, RuleName, RuleProblem, RulesForm};
use serde::{Deserialize, Serialize};

/// As many alerts are listed at once.
pub const LISTED_MAX: i64 = 50;

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsPage {
    /// The rules as their form shows them.
    pub form: RulesForm,
    /// What was wrong with it.
    pub problems: Vec<RuleProblem>,
    /// Why it could not be kept, when that had another reason.
    pub failure: Option<String>,
    /// Rules on measures.
    pub measures: MeasuresPart,
    /// Alerts whose condition holds.
    pub open: Vec<AlertRow>,
    /// Alerts that have ended, the last first; of many, those after the first `skipped_num`.
    pub ended: Vec<AlertRow>,
    /// How many later ones are not among them.
    pub skipped_num: i64,
    /// How many there are in all.
    pub ended_num: i64,
    /// Where alerts are sent; `None` where that is not configured.
    pub webhook: Option<Webhook>,
    /// The owner's time zone: `Europe/Berlin`.
    pub zone: String,
}

/// The rules on measures, and the form for one more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasuresPart {
    /// Those that there are, the oldest first.
    pub rules: Vec<MeasureRow>,
    /// What one more may be on.
    pub choices: Vec<MeasureChoice>,
    /// The form for it.
    pub form: MeasureForm,
    /// What was wrong with it.
    pub problems: Vec<MeasureProblem>,
    /// Why it could not be kept, when that had another reason.
    pub failure: Option<String>,
}

impl MeasuresPart {
    /// Whether one of its forms was not kept.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let own = (&self.problems, &self.failure);
        let mut all = self.rules.iter().map(|rule| (&rule.problems, &rule.failure)).chain([own]);
        all.any(|(problems, failure)| !problems.is_empty() || failure.is_some())
    }
}

/// A measure that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureChoice {
    /// Its value in the form: `air/pm25_max`.
    pub value: String,
    /// What people call it, with its stream and its unit.
    pub name: String,
}

/// A rule on a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureRow {
    /// Its number.
    pub id: i64,
    /// Stream and measure: `Air in the kitchen, fine dust at most`.
    pub title: String,
    /// When it fires: `above 30.0 µg/m³ over 5 minutes`.
    pub condition: String,
    /// Whether it is watched.
    pub is_on: bool,
    /// Whether this server knows stream and measure.
    pub is_declared: bool,
    /// What the value is typed in: `euros`, `µg/m³`.
    pub unit: Option<String>,
    /// Its form.
    pub form: MeasureForm,
    /// What was wrong with it.
    pub problems: Vec<MeasureProblem>,
    /// Why it could not be kept, when that had another reason.
    pub failure: Option<String>,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRow {
    /// Its number.
    pub id: i64,
    /// Of which rule.
    pub rule: RuleName,
    /// What the owner calls it.
    pub title: String,
    /// What was found.
    pub words: String,
    /// When it began: `Tue 24 Nov, 13:32:10`.
    pub began: String,
    /// When it ended; empty while it is open.
    pub ended: String,
    /// How long it held, or has held.
    pub lasted: String,
}

/// Where alerts are sent, and what became of the last ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Scheme and host; what else is in its address may be a secret.
    pub host: String,
    /// The last deliveries, the newest first.
    pub deliveries: Vec<DeliveryRow>,
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryState {
    /// The receiver has it.
    Delivered,
    /// It is tried, or tried again.
    Waiting,
    /// It was tried often enough.
    GivenUp,
}

/// A message on its way to the webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// Its number.
    pub id: i64,
    /// What it tells: `Dead letters began`, `Test`.
    pub what: String,
    /// When it was made.
    pub made: String,
    /// How it stands.
    pub state: DeliveryState,
    /// In words: when it arrived, or what failed and when the next try is.
    pub words: String,
}
