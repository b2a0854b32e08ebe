//! The catalogs that come with Ambit.
