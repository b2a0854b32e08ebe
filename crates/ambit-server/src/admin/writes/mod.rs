//! The writes, by noun. Each is a few lines: the body becomes commands, the commands go the way of all writes
//! ([`super::write`]), and the answer shows the record as it is then.

pub mod api_keys;
pub mod assignments;
pub mod batch;
pub mod facts;
pub mod groups;
pub mod products;
pub mod resources;
pub mod roles;
pub mod undo;
pub mod users;

use crate::app::random;
use crate::error::{Error, Result};
use crate::hex;

/// An id for a record whose author names none.
fn made_id() -> Result<String> {
    Ok(hex::encode(&random::<12>().map_err(|error| Error::Internal(error.to_string()))?))
}
