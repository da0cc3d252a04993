//! Where bytes come from: files, folders, patterns and the standard input.
//!
//! Finds inputs and opens them; what is inside is for [`super::frame`]. Never trusts an extension.

mod bytes;
mod door;
mod find;
mod follow;
mod raw;

pub use bytes::{Bytes, Damage, Fill, Tail};
pub(crate) use find::plain;
pub use find::{Found, Input, Origin, Problem, find};
pub use follow::Stop;
pub(crate) use raw::hex;

#[cfg(test)]
mod tests;
