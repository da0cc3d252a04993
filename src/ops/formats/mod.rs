//! What format authors ask: what a format does to a file, what a format says, and a first draft of a new one.

mod document;
mod draft;
mod explain;
mod leaves;

pub use document::{Documented, document};
pub use draft::draft;
pub use explain::{Explained, Explanation, explain};
