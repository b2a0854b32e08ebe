//! Who people are: what must be known to let them in, and must never be in a log that cannot forget.
//!
//! A story. Ann is invited: an administrator's step makes her a user in the log, and [`link`] keeps the hash of the link
//! that she gets by [`mail`]. She opens it and chooses a password, which [`rules`] look at and [`password`] hashes. From
//! then on she is let in by [`session`]: a random name in a cookie, of which only the hash is kept. Who guesses
//! passwords waits longer and longer ([`attempts`]). Where the company has an OpenID Connect provider, [`oidc`] takes its
//! word for who somebody is.
//!
//! All of that is kept in one [`Vault`], a SQLite file beside the log. The vault knows no rights: whether a user is
//! active, and who may do what, is said by the log's newest view, at every request.

pub mod attempts;
pub mod key_use;
pub mod link;
pub mod mail;
pub mod oidc;
pub mod password;
pub mod rules;
pub mod secret;
pub mod session;
mod vault;

pub use vault::{Account, Vault, VaultError};
