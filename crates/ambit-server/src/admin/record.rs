//! The records that requests name one by one, and the digests by which `If-Match` tells whether one has changed.

use crate::hex;
use ambit_engine::View;
use ambit_governance::undo::fact;
use ambit_model::{Change, ResourceRef, RoleRef};

/// How much of a digest an `ETag` holds.
const TAG_BYTES: usize = 12;

/// A record by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A node of the tree.
    Resource(ResourceRef),
    /// A user.
    User(String),
    /// A group.
    Group(String),
    /// An API key.
    ApiKey(String),
    /// A custom role.
    Role(RoleRef),
    /// An overlay of a system role.
    Overlay(RoleRef),
    /// A seat pool's own limit.
    SeatLimit(RoleRef),
}

impl Record {
    /// The digest of the record as it is; none if there is none.
    #[must_use]
    pub fn tag(&self, view: &View) -> Option<String> {
        let stored = serde_json::to_vec(&fact(view, &self.probe())?).ok()?;
        Some(hex::encode(&blake3::hash(&stored).as_bytes()[..TAG_BYTES]))
    }

    /// Whether there is one.
    #[must_use]
    pub fn exists(&self, view: &View) -> bool {
        fact(view, &self.probe()).is_some()
    }

    /// A change that is about this record, whatever it says.
    fn probe(&self) -> Change {
        match self {
            Self::Resource(id) => Change::ResourceRemoved { id: id.clone() },
            Self::User(id) => Change::UserRemoved { id: id.clone() },
            Self::Group(id) => Change::GroupRemoved { id: id.clone() },
            Self::ApiKey(id) => Change::ApiKeyRemoved { id: id.clone() },
            Self::Role(id) => Change::RoleRemoved { id: id.clone() },
            Self::Overlay(role) => Change::OverlayRemoved { role: role.clone() },
            Self::SeatLimit(pool) => Change::SeatLimitRemoved { pool: pool.clone() },
        }
    }
}
