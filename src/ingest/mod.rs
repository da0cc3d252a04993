//! Bytes into records into entries: sources, containers, decoding, formats and their mapping.
//!
//! Nothing is dropped: what cannot be decoded becomes a reject with its place and reason. May use `domain` and
//! `diff`; knows no store and no screen. Vendors live in `assets/formats/*.toml`, never here.

pub(crate) mod changes;
pub mod csv;
pub mod dates;
pub mod decode;
mod detect;
pub mod format;
pub mod frame;
mod generic;
mod map;
mod relaxed;
pub mod source;
pub mod syntax;
pub mod text;

pub use decode::{DecodeError, Decoder};
pub use frame::{Framer, Limits, NotALog, Reject, Slab};
pub use source::{Bytes, Input};
pub use syntax::Syntax;
