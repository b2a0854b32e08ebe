//! The command line from outside: the real binary, real files, exit statuses.

mod apply;
mod bad_input;
mod generated;
mod point_in_time;
mod run;
mod serve;
mod shown;
