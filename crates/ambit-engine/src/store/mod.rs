//! Persistent collections: a clone is cheap and shares everything, a change copies one page and the few nodes above it.
//! That is how readers keep an immutable view while the next one is being made.

pub mod names;
pub mod rows;
pub mod spine;

pub use names::Names;
pub use rows::Rows;
