//! What the program can do, without a screen: import, export, read under a plan, make sample data.
//!
//! Uses everything but `tui` and `cli`; prints nothing.

pub mod access;
pub mod advice;
pub mod column;
pub mod convert;
pub mod coverage;
pub mod demo;
pub mod export;
pub mod formats;
pub mod history;
pub mod import;
pub mod interpret;
pub mod json;
pub mod link;
pub mod mask;
pub mod open;
pub mod sets;
pub mod temporary;
pub mod upkeep;
pub mod verify;
pub mod views;

pub use access::{Access, Detail, Lookup};
pub use column::Column;
pub use convert::{ConvertOptions, Converted, convert};
pub use import::{ImportError, Progress, Summary, import};
pub use interpret::Interpreter;
pub use upkeep::upkeep;
