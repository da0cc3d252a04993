//! Entries, diffs, metadata and errors as text with roles: what the screen and the command line both show.
//!
//! Pure: no terminal, no colour. Everything that comes from a record passes the one sanitiser here before it
//! may stand in a [`Line`]. May use `domain`, `query` and `diff`.

pub mod ansi;
pub mod diff_view;
pub mod line;
pub mod markdown;
pub mod measure;
pub mod metadata;
pub mod number;
pub mod pane;
pub mod raw;
pub mod sanitise;
pub mod set;
pub mod table;
pub mod title;

pub use diff_view::{
    DiffInput, DiffKeys, DiffOptions, DiffView, Layout, SIDE_BY_SIDE, diff_lines, diff_text, not_done,
};
pub use line::{Line, Role, Span};
pub use pane::{Excerpt, PaneLine};
pub use sanitise::Charset;
pub use title::{Title, title, title_of};
