//! What a customer may say of an order, and what is wrong with the rest.

use domain::feedback::COMMENT_CHARS_MAX;
use domain::{Comment, FeedbackProblem, NewFeedback, Stars};
use proptest::prelude::*;

#[test]
fn what_was_typed_is_read_or_refused() {
    use FeedbackProblem::{CommentTooLong, CommentUnreadable, StarsMissing};
    let longest = "ä".repeat(COMMENT_CHARS_MAX);
    let too_long = format!("{longest}x");
    for (stars, comment, expected) in [
        ("1", "", Ok((1, None))),
        ("5", "  quick \r\n and fresh ", Ok((5, Some("quick and fresh")))),
        ("3", longest.as_str(), Ok((3, Some(longest.as_str())))),
        ("", "", Err(vec![StarsMissing])),
        ("0", "", Err(vec![StarsMissing])),
        ("6", "fine", Err(vec![StarsMissing])),
        ("-1", "", Err(vec![StarsMissing])),
        ("4.5", "", Err(vec![StarsMissing])),
        ("five", too_long.as_str(), Err(vec![StarsMissing, CommentTooLong(COMMENT_CHARS_MAX + 1)])),
        ("2", "a\0b", Err(vec![CommentUnreadable])),
        ("2", "a\u{1b}[31mb", Err(vec![CommentUnreadable])),
    ] {
        let read = NewFeedback::parse(stars, comment);
        let read = read.as_ref().map(|said| (said.stars.number(), said.comment.as_ref().map(Comment::as_str)));
        assert_eq!(read, expected.as_ref().map(|said| *said), "{stars:?} {comment:?}");
    }
}

#[test]
fn stars_are_one_to_five_also_in_json() {
    assert_eq!(Stars::ALL.map(Stars::number), [1, 2, 3, 4, 5]);
    assert_eq!(Stars::ALL.map(|stars| stars.to_string())[..2], ["1 star", "2 stars"]);
    for (json, stars) in [("1", Some(1)), ("5", Some(5)), ("0", None), ("6", None), ("\"3\"", None)] {
        assert_eq!(serde_json::from_str::<Stars>(json).ok().map(Stars::number), stars, "{json}");
    }
    assert_eq!(serde_json::to_string(&Stars::ALL).unwrap(), "[1,2,3,4,5]");
}

proptest! {
    #[test]
    fn any_line_is_kept_as_one_line_or_refused(text in ".{0,400}") {
        if let Ok(Some(comment)) = Comment::parse(&text) {
            prop_assert!(!comment.as_str().contains(char::is_control));
            prop_assert!((1..=COMMENT_CHARS_MAX).contains(&comment.as_str().chars().count()));
            prop_assert_eq!(Comment::parse(comment.as_str()), Ok(Some(comment)));
        }
    }
}
