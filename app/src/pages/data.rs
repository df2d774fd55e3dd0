//! What pages are made of, as it travels inside the HTML; each page fills and reads its own part.

use domain::report::Answer;
use domain::{AlertsPage, Good, Letter, Letters, Receipt, Snapshot};
use serde::{Deserialize, Serialize};

use crate::{FeedbackRefusal, LetterRefusal};

/// Of the shop's pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopData {
    /// The goods that are sold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goods: Vec<Good>,
    /// The order that was asked for; `None` when there is none such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// What was wrong with what was said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback_refusal: Option<FeedbackRefusal>,
    /// The last orders of this browser.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Receipt>,
}

/// Of the owner's pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnersData {
    /// The figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// What stood after the question mark when the report was asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub asked: String,
    /// The report that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// The time zone, and all there are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub time_zones: Vec<String>,
    /// The latest dead letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letters: Option<Letters>,
    /// The dead letter that was asked for; `None` when there is none such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<Letter>,
    /// What was wrong with one of its forms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter_refusal: Option<LetterRefusal>,
    /// Rules, history and webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alerts: Option<AlertsPage>,
}
