//! A newsletter form that was refused: why, and what was typed. The server's form post provides it in leptos' context
//! to show the form again.

use domain::Problem;

/// A form that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewsletterRefusal {
    /// What is wrong with the address; `None`: nothing, but the shop could not take it now.
    pub problem: Option<Problem>,
    /// What was typed.
    pub typed: String,
}

impl NewsletterRefusal {
    /// What to do about it.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.problem {
            Some(Problem::EmailMissing) => "Enter your e-mail address.".to_owned(),
            Some(problem) => problem.to_string(),
            None => "We cannot take it right now. Nothing was sent: try again in a minute.".to_owned(),
        }
    }
}
