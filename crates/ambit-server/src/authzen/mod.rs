//! AuthZEN 1.0: evaluation, evaluations, three searches with pages, metadata. Exactly the standard; what Ambit adds
//! stands in `context`, or is asked for in `options`.

pub mod evaluation;
pub mod evaluations;
pub mod metadata;
pub mod search;
pub mod shape;
pub mod token;
pub mod wire;
