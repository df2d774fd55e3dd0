//! What is true of a shop: money, goods, orders, events, minutes, the dashboard's snapshot.
//!
//! Pure: nothing here asks the clock or does IO; time comes in as microseconds since 1970 in UTC.
//! The same code runs on the server and in the browser.

pub mod alert;
pub mod catalog;
pub mod clock_watch;
pub mod dead_letter;
pub mod decimal;
pub mod event;
pub mod feedback;
pub mod field;
pub mod figures;
pub mod local_time;
pub mod log_check;
pub mod mail;
pub mod mention;
pub mod minute;
pub mod money;
pub mod order;
pub mod order_form;
pub mod quarter;
pub mod report;
pub mod secret;
pub mod snapshot;
pub mod subscription;
pub mod timestamp;
pub mod verification;
pub mod words;

pub use alert::{AlertsPage, OpenAlert, RuleKind, Rules, RulesForm};
pub use catalog::Good;
pub use clock_watch::ClockWatch;
pub use dead_letter::{
    Content, ContentForm, DiscardReason, Handling, Letter, LetterHead, LetterRange, Letters, shown_name,
};
pub use event::{EventBody, PagePath, ViewKind};
pub use feedback::{Comment, Feedback, FeedbackProblem, NewFeedback, Stars};
pub use field::{Field, FieldError, Problem};
pub use figures::Figures;
pub use local_time::{Clock, EarlierTime, LocalTime};
pub use log_check::{Finding, Fingerprint, Verdict, judge, record_hash};
pub use mail::{Mail, MailText};
pub use mention::Mention;
pub use minute::{Minute, MinuteFigures};
pub use money::Money;
pub use order::{Email, NewOrder, NewOrderLine, OrderToken, Quantity, Receipt, ReceiptLine, SubmissionKey};
pub use order_form::OrderForm;
pub use quarter::Quarter;
pub use report::{Counts, Report, ReportQuery};
pub use secret::Secret;
pub use snapshot::{LatestOrder, Snapshot};
pub use subscription::SubscriptionToken;
pub use timestamp::Timestamp;
pub use verification::{Compared, Comparison, Difference, Verification};
