//! Bytes into records into entries: sources, containers, decoding, formats and their mapping.
//!
//! Nothing is dropped: what cannot be decoded becomes a reject with its place and reason. May use `domain` and
//! `diff`; knows no store and no screen. Vendors live in `assets/formats/*.toml`, never here.

mod changes;
mod detect;
pub mod format;
mod generic;
mod map;
