//! Decides what may be changed: commands in, changes or a refusal out.
