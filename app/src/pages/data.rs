//! What pages are made of, as it travels inside the HTML; each page fills and reads its own part.

use domain::report::Answer;
use domain::{AlertsPage, Good, Letter, Letters, Receipt, Snapshot};
use serde::{Deserialize, Serialize};

use crate::account::AccountPage;
use crate::{FeedbackRefusal, LetterRefusal};

/// Of the shop's pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopData {
    /// The goods that are sold.
    pub goods: Vec<Good>,
    /// The order that was asked for; `None` when there is none such.
    pub receipt: Option<Receipt>,
    /// What was wrong with what was said of it.
    pub feedback_refusal: Option<FeedbackRefusal>,
    /// The last orders of this browser.
    pub receipts: Vec<Receipt>,
}

/// Of the owner's pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnersData {
    /// The figures.
    pub snapshot: Option<Snapshot>,
    /// The report that was asked for.
    pub answer: Option<Answer>,
    /// The time zone, and all there are.
    pub time_zones: Vec<String>,
    /// The latest dead letters.
    pub letters: Option<Letters>,
    /// The dead letter that was asked for; `None` when there is none such.
    pub letter: Option<Letter>,
    /// What was wrong with one of its forms.
    pub letter_refusal: Option<LetterRefusal>,
    /// Rules, history and webhook.
    pub alerts: Option<AlertsPage>,
    /// Sessions, second factor and keys.
    pub account: Option<AccountPage>,
    /// What the last form of the account did.
    pub account_done: String,
}
