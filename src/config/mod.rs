//! Settings: built-in defaults, then the file, the environment and flags. May use `domain`, `query` and `present`.
//!
//! Pure but for [`state`], which keeps the last session in a file: the environment and the files' texts are
//! handed in.

pub mod document;
pub mod nearest;

pub use document::FileError;
pub use nearest::nearest;
