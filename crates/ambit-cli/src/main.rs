//! The command line of Ambit.
fn main() {}
