//! Feedback: one to five stars and a line of text, at most once for an order.
//!
//! What a customer types is parsed here, and nowhere else. Called by the receipt's form, the store and the decoder.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most stars.
pub const STARS_MAX: u8 = 5;
/// The longest line of text, in characters.
pub const COMMENT_CHARS_MAX: usize = 280;

/// One to [`STARS_MAX`] stars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Stars(u8);

impl Stars {
    /// Every number of stars, from one on.
    pub const ALL: [Stars; STARS_MAX as usize] = [Stars(1), Stars(2), Stars(3), Stars(4), Stars(5)];

    /// This many stars; `None` for a number that is not from one to [`STARS_MAX`].
    #[must_use]
    pub fn from_number(number: i64) -> Option<Stars> {
        Stars::ALL.into_iter().find(|stars| stars.number() == number)
    }

    /// How many they are.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0 as i64
    }
}

impl TryFrom<i64> for Stars {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Stars, Self::Error> {
        Stars::from_number(number).ok_or("stars are from 1 to 5")
    }
}

impl From<Stars> for i64 {
    fn from(stars: Stars) -> i64 {
        stars.number()
    }
}

impl fmt::Display for Stars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "star" } else { "stars" })
    }
}

/// A line of text: not empty, at most [`COMMENT_CHARS_MAX`] characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Comment(String);

impl Comment {
    /// Trims, and makes one line of several; nothing typed is `None`.
    ///
    /// # Errors
    /// The broken rule.
    pub fn parse(text: &str) -> Result<Option<Comment>, FeedbackProblem> {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.is_empty() {
            return Ok(None);
        }
        let chars = line.chars().count();
        if chars > COMMENT_CHARS_MAX {
            return Err(FeedbackProblem::CommentTooLong(chars));
        }
        if line.chars().any(char::is_control) {
            return Err(FeedbackProblem::CommentUnreadable);
        }
        Ok(Some(Comment(line)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is wrong with feedback, in the words that a customer reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeedbackProblem {
    /// No stars were chosen, or such a number as there is none.
    StarsMissing,
    /// Longer than [`COMMENT_CHARS_MAX`]; carries how many characters it has.
    CommentTooLong(usize),
    /// A control character.
    CommentUnreadable,
    /// This order was spoken of before, in other words.
    GivenBefore,
    /// The database did not answer.
    Unavailable,
}

impl FeedbackProblem {
    /// Whether it belongs to the text; else to the stars, or to all of it.
    #[must_use]
    pub const fn is_of_comment(self) -> bool {
        matches!(self, FeedbackProblem::CommentTooLong(_) | FeedbackProblem::CommentUnreadable)
    }
}

impl fmt::Display for FeedbackProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FeedbackProblem::StarsMissing => f.write_str("Choose one to five stars."),
            FeedbackProblem::CommentTooLong(chars) => {
                write!(f, "At most {COMMENT_CHARS_MAX} characters fit; these are {chars}.")
            }
            FeedbackProblem::CommentUnreadable => {
                f.write_str("This text holds a character that cannot be shown. Type it anew.")
            }
            FeedbackProblem::GivenBefore => {
                f.write_str("You told us about this order before; that stays, and nothing was changed.")
            }
            FeedbackProblem::Unavailable => f.write_str(
                "We could not keep this right now. Nothing is lost of your order: send it again in a moment.",
            ),
        }
    }
}

/// Feedback that keeps every rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFeedback {
    /// How good it was.
    pub stars: Stars,
    /// In words, where there are any.
    pub comment: Option<Comment>,
}

impl NewFeedback {
    /// The only way in: reads what was typed and checks every rule.
    ///
    /// # Errors
    /// All broken rules.
    pub fn parse(stars: &str, comment: &str) -> Result<NewFeedback, Vec<FeedbackProblem>> {
        let stars = stars.parse().ok().and_then(Stars::from_number);
        match (stars, Comment::parse(comment)) {
            (Some(stars), Ok(comment)) => Ok(NewFeedback { stars, comment }),
            (stars, comment) => {
                let missing = stars.is_none().then_some(FeedbackProblem::StarsMissing);
                Err(missing.into_iter().chain(comment.err()).collect())
            }
        }
    }
}

/// Feedback that was given, as the receipt and the owner's list show it; never who gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Of which order.
    pub order_id: i64,
    /// How good it was.
    pub stars: Stars,
    /// In words, where there are any.
    pub comment: Option<Comment>,
    /// When.
    pub event_time: Timestamp,
}

impl Feedback {
    /// Whether it says what `other` says.
    #[must_use]
    pub fn says(&self, other: &NewFeedback) -> bool {
        self.stars == other.stars && self.comment == other.comment
    }
}
