//! Named steps at which the fault tests let the process die, as a killed one does: at once, with nothing flushed.
//!
//! In release builds the steps are nothing. The one place with state of the whole process: a step is passed deep inside
//! crates that know nothing of one another, and at most one is ever armed.

#[cfg(debug_assertions)]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static ARMED: OnceLock<Armed> = OnceLock::new();

    struct Armed {
        step: String,
        /// Passages until death.
        left: AtomicU64,
    }

    pub(super) fn arm(step: &str, passage: u64) {
        let _ = ARMED.set(Armed { step: step.to_owned(), left: AtomicU64::new(passage) });
    }

    pub(super) fn is_armed(step: &str) -> bool {
        ARMED.get().is_some_and(|armed| armed.step == step)
    }

    pub(super) fn step(step: &str) {
        if let Some(armed) = ARMED.get()
            && armed.step == step
            && armed.left.fetch_sub(1, Ordering::SeqCst) == 1
        {
            // No destructor runs, no buffer is written: what SIGKILL leaves.
            std::process::abort();
        }
    }
}

/// Every step, in the order in which an event passes them; the last is a mail's.
pub const STEPS: [&str; 15] = [
    "before_outbox_commit",
    "after_outbox_commit",
    "after_hand_over",
    "after_ack",
    "after_poll",
    "before_counting_commit",
    "after_counting_commit",
    "before_group_commit",
    "after_group_commit",
    "in_closing",
    "after_closing",
    "in_csv_write",
    "before_rename",
    "after_rename",
    "after_mail_sent",
];

/// Lets this process die at the given passage, from 1 on, of a step, written `step:passage`. Once for each process.
///
/// # Errors
/// In words for a person, when the text names no step, or in a release build, which has none.
pub fn arm(text: &str) -> Result<(), String> {
    let (step, passage) = text.split_once(':').unwrap_or((text, "1"));
    if !STEPS.contains(&step) {
        return Err(format!("there is no step {step}; known: {}", STEPS.join(", ")));
    }
    let passage: u64 =
        passage.parse().ok().filter(|passage| *passage > 0).ok_or_else(|| format!("{passage} is no passage"))?;
    if !cfg!(debug_assertions) {
        return Err("a release build has no steps to die at".to_owned());
    }
    #[cfg(debug_assertions)]
    armed::arm(step, passage);
    let _ = passage;
    Ok(())
}

/// Passes a step.
#[inline]
pub fn step(name: &'static str) {
    #[cfg(debug_assertions)]
    armed::step(name);
    let _ = name;
}

/// Whether this process is to die at this step: for work that must be cut in two to have a middle.
#[inline]
#[must_use]
pub fn is_armed(name: &'static str) -> bool {
    #[cfg(debug_assertions)]
    return armed::is_armed(name);
    #[cfg(not(debug_assertions))]
    return {
        let _ = name;
        false
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_does_not_exist_is_named() {
        for (text, is_known) in
            [("after_poll:0", false), ("after_poll:x", false), ("nowhere", false), ("nowhere:1", false), ("", false)]
        {
            assert_eq!(arm(text).is_ok(), is_known, "{text}");
        }
        step("after_poll");
        assert!(!is_armed("after_poll"));
    }
}
