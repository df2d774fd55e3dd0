//! How messages are tried again that somebody else has to take: growing pauses, and how much of an error is kept.
//! Called by the senders of alerts and of mails.

/// How much of an error is kept.
const ERROR_CHARS_MAX: usize = 200;

const FIRST_PAUSE_MICROS: i64 = 5_000_000;
const PAUSE_FACTOR: i64 = 3;
const PAUSE_MICROS_MAX: i64 = 3_600_000_000;

/// How long to wait after so many tries.
pub(crate) fn pause_micros(attempts: i64) -> i64 {
    let steps = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    FIRST_PAUSE_MICROS.saturating_mul(PAUSE_FACTOR.pow(steps)).min(PAUSE_MICROS_MAX)
}

/// An error as it is kept.
pub(crate) fn kept_error(error: &str) -> String {
    error.replace('\0', "␀").chars().take(ERROR_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_end_at_an_hour() {
        assert_eq!(pause_micros(i64::MAX), PAUSE_MICROS_MAX);
    }
}
