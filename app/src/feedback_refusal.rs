//! A receipt's feedback form that was refused: why, and what was typed.
//!
//! The server's form post provides it in leptos' context to show the receipt again;

use domain::FeedbackProblem;

/// A form that was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedbackRefusal {
    /// What is wrong.
    pub problems: Vec<FeedbackProblem>,
    /// The stars that were chosen, as they came.
    pub stars: String,
    /// The text as it was typed.
    pub comment: String,
}

impl FeedbackRefusal {
    /// What is wrong with the text, or else with the stars or all of it.
    #[must_use]
    pub fn problem(&self, of_comment: bool) -> Option<FeedbackProblem> {
        self.problems.iter().copied().find(|problem| problem.is_of_comment() == of_comment)
    }
}
