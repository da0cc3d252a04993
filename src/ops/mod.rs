//! What the program can do, without a screen: import, export, read under a plan, make sample data.
//!
//! Uses everything but `tui` and `cli`; prints nothing.

pub mod access;
pub mod column;
pub mod demo;
pub mod export;
pub mod json;

pub use access::{Access, Detail, Lookup};
pub use column::Column;
