//! What the program can do, without a screen: import, export, read under a plan, make sample data.
//!
//! Uses everything but `tui` and `cli`; prints nothing.

pub mod access;
pub mod demo;

pub use access::{Access, Detail, Lookup};
