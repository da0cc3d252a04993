//! Computes what changed between two values: structural JSON diff, text diff, applying a diff again, and
//! what is known of an object over time.
//!
//! Pure but for the deadline, which is compared with the clock: work that would pass it ends in a coarser
//! result that says so. May use `domain`; knows no store and no screen.

pub mod alike;
pub mod align;
pub mod json;
pub mod patch;
pub mod state;
pub mod text;
pub mod within;

pub use json::{ArrayMatch, Delta, JsonOptions};
