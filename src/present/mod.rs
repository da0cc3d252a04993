//! Entries, diffs, metadata and errors as text with roles: what the screen and the command line both show.
//!
//! Pure: no terminal, no colour. Everything that comes from a record passes the one sanitiser here before it
//! may stand in a [`Line`]. May use `domain`, `query` and `diff`.

pub mod line;
pub mod measure;
pub mod sanitise;

pub use line::{Line, Role, Span};
pub use sanitise::Charset;
