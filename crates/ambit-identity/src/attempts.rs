//! Slows down whoever guesses passwords: after some failures, each further attempt on an account or from an address has
//! to wait, twice as long every time. A right password is accepted as soon as the wait is over; nobody is locked out
//! for good. The caller brings the time. Memory is bounded.

use ambit_model::Timestamp;
use jiff::SignedDuration;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Failures of an account that pass without a wait.
const ACCOUNT_FREE: u32 = 5;
/// Failures of an address that pass without a wait: many people may share one.
const ADDRESS_FREE: u32 = 20;
/// The longest wait.
const LONGEST_SECONDS: i64 = 300;
/// How long a failure is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);
/// How many accounts, and how many addresses, are remembered.
const MOST: usize = 10_000;

/// Failures by account and by address.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    accounts: HashMap<String, Failures>,
    addresses: HashMap<IpAddr, Failures>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    /// Until when the next attempt has to wait.
    fn until(self, free: u32) -> Option<Timestamp> {
        let beyond = self.count.checked_sub(free)?;
        let seconds = 1i64.checked_shl(beyond.min(16)).unwrap_or(LONGEST_SECONDS).min(LONGEST_SECONDS);
        self.last.checked_add(SignedDuration::from_secs(seconds)).ok()
    }
}

impl Attempts {
    /// Lets an attempt begin and counts it as failed until [`Attempts::succeeded`] says otherwise, so that many at once
    /// are no way around; `account` is any text that stands for one. Answers how many seconds to wait if it is too early; then nothing is counted.
    ///
    /// # Errors
    /// The seconds.
    pub fn begin(&self, account: &str, address: Option<IpAddr>, now: Timestamp) -> Result<(), u64> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { accounts, addresses } = &mut *known;
        let address = network(address);
        let of_account = wait(accounts.get(account), ACCOUNT_FREE, now);
        let of_address = wait(addresses.get(&address), ADDRESS_FREE, now);
        if let Some(seconds) = of_account.max(of_address) {
            return Err(seconds);
        }
        count(accounts, account.to_owned(), now);
        count(addresses, address, now);
        Ok(())
    }

    /// Forgets the failures of an account, and the one of its address that this attempt was counted as.
    pub fn succeeded(&self, account: &str, address: Option<IpAddr>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.accounts.remove(account);
        if let Some(failures) = known.addresses.get_mut(&network(address)) {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

fn wait(failures: Option<&Failures>, free: u32, now: Timestamp) -> Option<u64> {
    let failures = failures.filter(|failures| now.duration_since(failures.last) < REMEMBERED)?;
    let left = failures.until(free)?.duration_since(now);
    let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
    u64::try_from(seconds).ok().filter(|seconds| *seconds > 0)
}

fn count<K: Eq + Hash + Clone>(known: &mut HashMap<K, Failures>, key: K, now: Timestamp) {
    if known.len() >= MOST && !known.contains_key(&key) {
        known.retain(|_, failures| now.duration_since(failures.last) < REMEMBERED);
        if known.len() >= MOST {
            known.clear();
        }
    }
    let failures = known.entry(key).or_insert(Failures { count: 0, last: now });
    if now.duration_since(failures.last) >= REMEMBERED {
        failures.count = 0;
    }
    failures.count = failures.count.saturating_add(1);
    failures.last = now;
}

/// One household or server has a whole /64 of version 6 addresses.
fn network(address: Option<IpAddr>) -> IpAddr {
    match address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => IpAddr::V4(address),
            None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::tests::at;

    const ANN: &str = "acme/ann";

    const NOW: &str = "2026-05-05T12:00:00Z";

    fn here() -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, 7]))
    }

    #[test]
    fn waits_grow_and_end() {
        let attempts = Attempts::default();
        let mut now = at(NOW);
        for _ in 0..ACCOUNT_FREE {
            assert_eq!(attempts.begin(ANN, here(), now), Ok(()));
        }
        let mut waited = Vec::new();
        for _ in 0..11 {
            let seconds = attempts.begin(ANN, here(), now).unwrap_err();
            waited.push(seconds);
            now += SignedDuration::from_secs(i64::try_from(seconds).unwrap());
            assert_eq!(attempts.begin(ANN, here(), now), Ok(()));
        }
        assert_eq!(waited, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        attempts.succeeded(ANN, here());
        assert_eq!(attempts.begin(ANN, Some(IpAddr::from([192, 0, 2, 8])), now), Ok(()));
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits_too() {
        let attempts = Attempts::default();
        for number in 0..ADDRESS_FREE {
            let somebody = number.to_string();
            assert_eq!(attempts.begin(&somebody, here(), at(NOW)), Ok(()));
        }
        assert_eq!(attempts.begin(ANN, here(), at(NOW)), Err(1));
        assert_eq!(attempts.begin(ANN, Some(IpAddr::from([192, 0, 2, 8])), at(NOW)), Ok(()));
    }

    #[test]
    fn who_gets_in_is_not_counted_against_their_neighbours() {
        let attempts = Attempts::default();
        for number in 0..100 {
            let somebody = number.to_string();
            assert_eq!(attempts.begin(&somebody, here(), at(NOW)), Ok(()));
            attempts.succeeded(&somebody, here());
        }
    }

    #[test]
    fn failures_are_forgotten() {
        let attempts = Attempts::default();
        for _ in 0..ACCOUNT_FREE {
            attempts.begin(ANN, here(), at(NOW)).unwrap();
        }
        assert!(attempts.begin(ANN, here(), at(NOW)).is_err());
        let later = at("2026-05-05T13:00:00Z");
        for _ in 0..ACCOUNT_FREE {
            assert_eq!(attempts.begin(ANN, here(), later), Ok(()));
        }
    }
}
