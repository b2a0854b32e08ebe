//! Slows down addresses that keep presenting wrong secrets. Nobody is locked out: a right secret is answered from any
//! address at any time; only wrong ones are told to wait. Memory is bounded.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How many addresses are remembered; when there are more, those that have long been quiet are forgotten first.
const ADDRESSES_MAX: usize = 10_000;
const WINDOW_SECONDS: u64 = 60;

/// Failures by address.
#[derive(Debug)]
pub struct Throttle {
    per_minute: u32,
    failures: Mutex<HashMap<IpAddr, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    since: Instant,
    count: u32,
}

impl Throttle {
    /// Lets this many failures of an address pass in a minute.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute, failures: Mutex::default() }
    }

    /// Notes a failure. Answers how many seconds the address should wait, if it has had too many.
    pub fn failed(&self, address: Option<IpAddr>, now: Instant) -> Option<u64> {
        let address = network(address.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)));
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= ADDRESSES_MAX && !failures.contains_key(&address) {
            make_room(&mut failures, now);
        }
        let known = failures.entry(address).or_insert(Failures { since: now, count: 0 });
        let elapsed = now.saturating_duration_since(known.since).as_secs();
        if elapsed >= WINDOW_SECONDS {
            *known = Failures { since: now, count: 0 };
        }
        known.count = known.count.saturating_add(1);
        (known.count > self.per_minute).then(|| WINDOW_SECONDS.saturating_sub(elapsed).max(1))
    }
}

fn make_room(failures: &mut HashMap<IpAddr, Failures>, now: Instant) {
    failures.retain(|_, known| now.saturating_duration_since(known.since).as_secs() < WINDOW_SECONDS);
    if failures.len() >= ADDRESSES_MAX {
        failures.clear();
    }
}

/// One household or server has a whole /64 of version 6 addresses.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_address_is_slowed_down_for_a_minute_and_others_are_not() {
        let throttle = Throttle::new(2);
        let start = Instant::now();
        let one = Some(IpAddr::from([10, 0, 0, 1]));
        assert_eq!(throttle.failed(one, start), None);
        assert_eq!(throttle.failed(one, start), None);
        assert_eq!(throttle.failed(one, start + Duration::from_secs(20)), Some(40));
        assert_eq!(throttle.failed(Some(IpAddr::from([10, 0, 0, 2])), start), None);
        assert_eq!(throttle.failed(one, start + Duration::from_secs(61)), None);
    }

    #[test]
    fn neighbours_in_version_six_are_one() {
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let other: IpAddr = "2001:db8::ffff:1".parse().unwrap();
        let mapped: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(network(one), network(other));
        assert_eq!(network(mapped), IpAddr::from([10, 0, 0, 1]));
    }
}
