//! Persistent collections: a clone is cheap and shares everything, a change copies one page and the few nodes above it.
//! That is how readers keep an immutable view while the next one is being made.

pub mod index;
pub mod spine;
pub mod table;

pub use table::{Builder, Head, NewRow, RowRef, Table};
