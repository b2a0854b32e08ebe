//! Page tokens: where a search goes on, bound to everything that it was asked with. A token is a number, the limit and a
//! keyed digest over both and the whole request; whoever changes the request, or tries the token elsewhere, is refused.
//! Nothing is kept on the server, and a newer revision does not break it: numbers are never given twice.

use crate::error::{Error, Result};
use crate::hex;

const VERSION: u8 = 1;
const MAC_BYTES: usize = 16;
const LENGTH: usize = 1 + 4 + 4 + MAC_BYTES;

/// A digest of a request, without its page.
#[derive(Debug, Clone)]
pub struct Fingerprint(blake3::Hasher);

impl Fingerprint {
    /// Begins with the server's key and the kind of search.
    #[must_use]
    pub fn new(key: &[u8; 32], kind: &str) -> Self {
        Self(blake3::Hasher::new_keyed(key)).with(kind.as_bytes())
    }

    /// Takes in one more part.
    #[must_use]
    pub fn with(mut self, part: &[u8]) -> Self {
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    fn mac(&self, place: &[u8]) -> [u8; MAC_BYTES] {
        let digest = self.clone().with(place).0.finalize();
        let mut mac = [0; MAC_BYTES];
        mac.copy_from_slice(&digest.as_bytes()[..MAC_BYTES]);
        mac
    }
}

/// Where a search goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The number of the next candidate.
    pub from: u32,
    /// The limit of the pages before.
    pub limit: u32,
}

/// The token of a place.
#[must_use]
pub fn issue(place: Place, request: &Fingerprint) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(&place.from.to_le_bytes());
    bytes.extend_from_slice(&place.limit.to_le_bytes());
    let mac = request.mac(&bytes);
    bytes.extend_from_slice(&mac);
    hex::encode(&bytes)
}

/// The place of a token.
///
/// # Errors
/// If it was not issued here for this request.
pub fn open(token: &str, request: &Fingerprint) -> Result<Place> {
    read(token, request).ok_or_else(|| {
        Error::bad_request(
            "invalid_page_token",
            "the page token was not given for this request; begin without one",
        )
    })
}

fn read(token: &str, request: &Fingerprint) -> Option<Place> {
    let bytes: [u8; LENGTH] = (token.len() == 2 * LENGTH).then(|| hex::decode(token))??.try_into().ok()?;
    let (place, mac) = bytes.split_at(LENGTH - MAC_BYTES);
    let expected = request.mac(place);
    let number = |at: usize| Some(u32::from_le_bytes(place.get(at..at + 4)?.try_into().ok()?));
    let differs = expected.iter().zip(mac).fold(0, |differs, (one, other)| differs | (one ^ other));
    (differs == 0 && place[0] == VERSION).then_some(Place { from: number(1)?, limit: number(5)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_only_the_request_that_it_was_given_for() {
        let request = Fingerprint::new(&[7; 32], "subject").with(b"acme").with(b"{}");
        let token = issue(Place { from: 41, limit: 10 }, &request);
        assert_eq!(open(&token, &request).unwrap(), Place { from: 41, limit: 10 });
        let others = [
            Fingerprint::new(&[8; 32], "subject").with(b"acme").with(b"{}"),
            Fingerprint::new(&[7; 32], "resource").with(b"acme").with(b"{}"),
            Fingerprint::new(&[7; 32], "subject").with(b"acme{").with(b"}"),
        ];
        for other in &others {
            assert!(open(&token, other).is_err());
        }
        let mut changed = token.clone();
        changed.replace_range(3..4, if &token[3..4] == "0" { "1" } else { "0" });
        for wrong in ["", "zz", &token[1..], &changed, &format!("{token}00")] {
            assert!(open(wrong, &request).is_err(), "{wrong}");
        }
    }
}
