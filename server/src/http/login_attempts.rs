//! How often an address, or a browser that signed in before, may try the owner's password. Pure: time is an argument,
//! nothing is stored on disk; a restart forgets. Called by the log-in.

use domain::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;

use super::client_address::network_of;

/// So many attempts may fail...
pub(super) const FAILURES_MAX: usize = 5;
/// ...within this time.
pub(super) const WINDOW_MICROS: i64 = 60_000_000;
/// No more addresses are remembered; beyond it the one that was quiet longest is forgotten.
const ADDRESSES_MAX: usize = 10_000;

/// Who tries: a client address, or a browser that signed in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Attempter {
    /// An address, or for IPv6 its /64 network.
    Network(IpAddr),
    /// See [`super::known_browser`].
    Browser([u8; 16]),
}

impl From<IpAddr> for Attempter {
    fn from(address: IpAddr) -> Self {
        Attempter::Network(network_of(address))
    }
}

/// The attempts of the last minute that failed or are still being checked.
#[derive(Debug, Default)]
pub(super) struct LoginAttempts {
    by_attempter: HashMap<Attempter, Vec<Timestamp>>,
}

impl LoginAttempts {
    /// Enters an attempt as a failed one before its password is checked, so that many at once cannot slip through;
    /// [`LoginAttempts::succeeded`] takes it back.
    ///
    /// # Errors
    /// When too many failed: the time from which on the next attempt is allowed.
    pub(super) fn begin(&mut self, attempter: impl Into<Attempter>, now: Timestamp) -> Result<(), Timestamp> {
        let attempter = attempter.into();
        if !self.by_attempter.contains_key(&attempter) && self.by_attempter.len() >= ADDRESSES_MAX {
            self.forget_some(now);
        }
        let attempts = self.by_attempter.entry(attempter).or_default();
        attempts.retain(|at| counts(*at, now));
        if attempts.len() >= FAILURES_MAX {
            let oldest = attempts.iter().min().copied().unwrap_or(now);
            return Err(oldest.plus_micros(WINDOW_MICROS));
        }
        attempts.push(now);
        Ok(())
    }

    /// The password was right: the address starts afresh.
    pub(super) fn succeeded(&mut self, attempter: impl Into<Attempter>) {
        self.by_attempter.remove(&attempter.into());
    }

    /// The attempt that began at `at` could not be checked, so it says nothing about the password.
    pub(super) fn abandoned(&mut self, attempter: impl Into<Attempter>, at: Timestamp) {
        if let Some(attempts) = self.by_attempter.get_mut(&attempter.into())
            && let Some(index) = attempts.iter().position(|attempt| *attempt == at)
        {
            attempts.swap_remove(index);
        }
    }

    fn forget_some(&mut self, now: Timestamp) {
        self.by_attempter.retain(|_, attempts| attempts.iter().any(|at| counts(*at, now)));
        if self.by_attempter.len() >= ADDRESSES_MAX {
            let quietest = self
                .by_attempter
                .iter()
                .min_by_key(|(_, attempts)| attempts.iter().max().copied())
                .map(|(address, _)| *address);
            if let Some(quietest) = quietest {
                self.by_attempter.remove(&quietest);
            }
        }
    }
}

/// An attempt from the future is one from before the clock was set back: it does not count, or it would for ever.
fn counts(at: Timestamp, now: Timestamp) -> bool {
    (0..WINDOW_MICROS).contains(&now.micros_since(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_000_000_000_000 + seconds * 1_000_000)
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn five_failures_a_minute() {
        // Second of the attempt; the second from which on it would be allowed, where it is refused.
        let table = [
            (0, None),
            (10, None),
            (20, None),
            (30, None),
            (40, None),
            (41, Some(60)),
            (59, Some(60)),
            (60, None),
            (61, Some(70)),
            (130, None),
            (131, None),
        ];
        let mut attempts = LoginAttempts::default();
        for (second, refused_until) in table {
            assert_eq!(attempts.begin(HOME, at(second)).err(), refused_until.map(at), "at second {second}");
        }
    }

    #[test]
    fn the_right_password_clears_and_an_unchecked_one_does_not_count() {
        let mut attempts = LoginAttempts::default();
        for second in 0..5 {
            attempts.begin(HOME, at(second)).unwrap();
        }
        attempts.abandoned(HOME, at(3));
        attempts.begin(HOME, at(5)).unwrap();
        assert!(attempts.begin(HOME, at(6)).is_err());
        attempts.succeeded(HOME);
        assert!(attempts.begin(HOME, at(7)).is_ok());
    }

    #[test]
    fn addresses_do_not_share_but_a_network_does() {
        let mut attempts = LoginAttempts::default();
        for _ in 0..5 {
            attempts.begin(address("2001:db8::1"), at(0)).unwrap();
        }
        for (other, is_allowed) in [("2001:db8::ffff", false), ("2001:db8:0:1::1", true), ("127.0.0.1", true)] {
            assert_eq!(attempts.begin(address(other), at(1)).is_ok(), is_allowed);
        }
        for _ in 0..4 {
            attempts.begin(address("::ffff:127.0.0.1"), at(1)).unwrap();
        }
        assert!(attempts.begin(HOME, at(2)).is_err());
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let mut attempts = LoginAttempts::default();
        for _ in 0..5 {
            attempts.begin(HOME, at(3_600)).unwrap();
        }
        assert!(attempts.begin(HOME, at(0)).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let mut attempts = LoginAttempts::default();
        for index in 0..u32::try_from(ADDRESSES_MAX).unwrap() + 50 {
            let address = IpAddr::V4(Ipv4Addr::from_bits(index));
            attempts.begin(address, at(i64::from(index / 1_000))).unwrap();
        }
        assert_eq!(attempts.by_attempter.len(), ADDRESSES_MAX);
    }
}
