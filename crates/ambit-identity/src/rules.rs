//! Which passwords are taken (after NIST SP 800-63B): long ones, without rules about characters, that are not what
//! everybody tries first.

use sha1::{Digest, Sha1};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// The fewest characters.
pub const SHORTEST: usize = 12;
/// The most characters.
pub const LONGEST: usize = 256;
/// A local part of an address that is shorter says nothing about a password that contains it.
const TELLING: usize = 3;

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// It is too short.
    #[error("a password has at least {SHORTEST} characters; a few unrelated words are fine")]
    Short,
    /// It is too long.
    #[error("a password has at most {LONGEST} characters")]
    Long,
    /// It is one character, again and again.
    #[error("a password is not one repeated character; a few unrelated words are fine")]
    Repeated,
    /// It contains the name in the address.
    #[error("a password does not contain the part of your e-mail address before the @")]
    Address,
    /// It is on the list of breached passwords.
    #[error(
        "this password is on the list of those that have become known (`--breached-passwords`); choose another"
    )]
    Breached,
}

/// Passwords that have become known: their SHA-1, which is what such lists hold.
#[derive(Debug, Default)]
pub struct Breached(Vec<[u8; 20]>);

impl Breached {
    /// Reads a list: on each line a password, or the SHA-1 of one in 40 hexadecimal digits, with or without `:count`
    /// behind it.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        let mut digests = Vec::new();
        for line in BufReader::new(File::open(path)?).split(b'\n') {
            let line = line?;
            let line = line.strip_suffix(b"\r").unwrap_or(&line);
            if !line.is_empty() {
                digests.push(listed(line).unwrap_or_else(|| sha1(line)));
            }
        }
        digests.sort_unstable();
        digests.dedup();
        Ok(Self(digests))
    }

    /// Whether a password is on the list.
    #[must_use]
    pub fn contains(&self, password: &str) -> bool {
        self.0.binary_search(&sha1(password.as_bytes())).is_ok()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn sha1(bytes: &[u8]) -> [u8; 20] {
    Sha1::digest(bytes).into()
}

fn listed(line: &[u8]) -> Option<[u8; 20]> {
    let text = std::str::from_utf8(line).ok()?;
    let digits = text.split_once(':').map_or(text, |(digits, _)| digits).trim_end();
    if digits.len() != 40 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut digest = [0; 20];
    for (byte, place) in digest.iter_mut().zip((0..40).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(place..place + 2)?, 16).ok()?;
    }
    Some(digest)
}

/// Whether a password may be taken by somebody with this address.
///
/// # Errors
/// Why not.
pub fn check(password: &str, email: Option<&str>, breached: Option<&Breached>) -> Result<(), Weakness> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Weakness::Short);
    }
    if length > LONGEST {
        return Err(Weakness::Long);
    }
    let first = password.chars().next();
    if password.chars().all(|c| Some(c) == first) {
        return Err(Weakness::Repeated);
    }
    let local = email.and_then(|email| email.rsplit_once('@')).map(|(local, _)| local.to_lowercase());
    let telling = local.filter(|local| local.chars().count() >= TELLING);
    if telling.is_some_and(|local| password.to_lowercase().contains(&local)) {
        return Err(Weakness::Address);
    }
    if breached.is_some_and(|breached| breached.contains(password)) {
        return Err(Weakness::Breached);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_weakness_is_found_and_a_long_phrase_is_taken() {
        let email = Some("Ann.Miller@acme.example");
        for (password, expected) in [
            ("elevenchars", Err(Weakness::Short)),
            ("éééééééééééé", Err(Weakness::Repeated)),
            ("My ann.miller password", Err(Weakness::Address)),
            ("three unrelated words", Ok(())),
            (&"ab".repeat(128), Ok(())),
            (&"ab".repeat(129), Err(Weakness::Long)),
        ] {
            assert_eq!(check(password, email, None), expected, "{password}");
        }
        assert_eq!(check("jo is not telling", Some("jo@acme.example"), None), Ok(()));
    }

    #[test]
    fn lists_hold_passwords_or_their_digests() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list");
        // The last is the SHA-1 of "password1234", as such lists have it.
        let digest = sha1(b"password1234").iter().map(|byte| format!("{byte:02X}")).collect::<String>();
        std::fs::write(&path, format!("correcthorsebattery\r\n\n{digest}:37\n")).unwrap();
        let breached = Breached::read(&path).unwrap();
        assert_eq!(breached.len(), 2);
        for password in ["correcthorsebattery", "password1234"] {
            assert_eq!(check(password, None, Some(&breached)), Err(Weakness::Breached), "{password}");
        }
        assert_eq!(check("something else here", None, Some(&breached)), Ok(()));
        assert!(Breached::read(&dir.path().join("nothing")).is_err());
    }
}
