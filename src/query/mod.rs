//! The query language: a tree of conditions, and what can be asked of a store with it.
//!
//! Pure: the time of now and the display's zone are passed in. The evaluation of a filter on one entry is
//! the meaning of the language; the store's scan must agree with it (a property test holds them together).
//! May use `domain`; knows no store, file or screen.

pub mod filter;
pub mod request;
pub mod fold;
pub mod text;
pub mod value;
pub mod values;
pub mod eval;

pub use eval::{Matcher, Subject, matches};
pub use filter::{Expr, Filter, Has, IpMatch, Pattern, Regex, Term, Text, TimeKey, TimeTerm};
pub use request::{
    Anchor, Answer, Bucket, Cancel, Facet, FacetValue, Histogram, NoWatch, Page, PageRequest, Position, Row,
    Sort, SortKey, Watch,
};
pub use text::TextMatcher;
pub use value::{IpMatcher, ValueMatcher};
pub use values::{facet_values, mapped_texts, shown_value, sort_text};
