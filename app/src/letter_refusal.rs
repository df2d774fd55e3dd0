//! A dead letter's form that was refused: which one, why, and what was typed into it.
//!
//! The server's form posts provide it in leptos' context to show the letter again.

/// One of a dead letter's two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterForm {
    /// The one that sends it back.
    Redrive,
    /// The one that discards it.
    Discard,
}

/// A form that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterRefusal {
    /// Which one.
    pub form: LetterForm,
    /// Why, in a sentence.
    pub why: String,
    /// What was typed.
    pub typed: String,
}

impl LetterRefusal {
    /// Why this form was refused, and what was typed into it; `None` where it was the other one.
    #[must_use]
    pub fn of(refusal: Option<&LetterRefusal>, form: LetterForm) -> Option<LetterRefusal> {
        refusal.filter(|refusal| refusal.form == form).cloned()
    }
}
