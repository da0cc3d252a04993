//! Diffs as patches, and patches applied: our own list of changes, JSON Patch (RFC 6902), JSON Merge Patch (RFC 7386).
//!
//! The changes between `a` and `b`, applied to `a`, give `b`; so do both patches made of them. Nothing here
//! knows a vendor.

mod changes;
mod generate;
mod json_patch;
mod listed;
mod merge;
mod pointer;
mod tree;

pub use generate::{PatchOp, json_patch, patch_text};
pub use json_patch::apply_json_patch;
pub use listed::listed_patch;
pub use merge::{apply_merge_patch, merge_patch};
pub use tree::Tree;

use crate::domain::json::JsonError;

/// Why changes cannot be applied to a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// A change's value is no JSON.
    #[error("the value at {path} is no JSON: {error}")]
    Value {
        /// Where.
        path: String,
        /// Why.
        error: JsonError,
    },
    /// The value has nothing at the path of a change.
    #[error("there is nothing at {path} that could be changed")]
    Missing {
        /// Where.
        path: String,
    },
    /// A pointer that is none.
    #[error("{pointer:?} is no JSON pointer; one begins with '/', and '~' stands before 0 or 1 alone")]
    Pointer {
        /// The text.
        pointer: String,
    },
    /// A step of a patch that is none.
    #[error("step {step} of the patch: {reason}")]
    Step {
        /// Its number, from 0.
        step: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A `test` step found another value.
    #[error("step {step} of the patch: the value at {path} is not the one tested for")]
    Test {
        /// Its number, from 0.
        step: usize,
        /// Where.
        path: String,
    },
}

#[cfg(test)]
mod tests;
