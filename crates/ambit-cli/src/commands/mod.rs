//! One file for each command.

pub mod apply;
pub mod backup;
pub mod catalog;
pub mod catalog_tables;
pub mod check;
pub mod completions;
pub mod export;
pub mod key;
pub mod log;
pub mod matrix;
pub mod openapi;
pub mod review;
pub mod search;
pub mod serve;
pub mod user;
