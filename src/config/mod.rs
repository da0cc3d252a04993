//! Settings: built-in defaults, then the file, the environment and flags. May use `domain`, `query` and `present`.
//!
//! The environment is handed in as [`Env`], so that all of it but reading and writing the files is pure.

pub mod document;
mod load;
pub mod paths;
pub mod session;
pub mod settings;

pub use crate::query::nearest::nearest;
pub use document::FileError;
pub use load::{Config, ConfigError, DEFAULTS, Flags, Origin, read_optional};
pub use paths::{Env, Paths};
pub use session::{LastExport, Session, remember};
pub use settings::{ClipboardMode, ColorMode, DiffLayout, Given, HintStyle, NAMES, Settings};

#[cfg(test)]
mod tests;
