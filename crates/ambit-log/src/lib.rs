//! The append-only, hash-chained log, its storage, snapshots, and the live views folded from it.
