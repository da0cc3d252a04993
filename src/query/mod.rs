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
pub mod nearest;
pub mod error;
pub mod range;
pub mod keys;
pub mod parse;
pub mod edit;
pub mod complete;
mod highlight;
pub mod needles;
mod normal;
mod print;
#[cfg(test)]
pub(crate) mod arbitrary;
#[cfg(test)]
pub(crate) mod oracle;

pub use complete::{Completion, complete};
pub use error::QueryError;
pub use eval::{Matcher, Subject, matches};
pub use filter::{Expr, Filter, Has, IpMatch, Pattern, Regex, Term, Text, TimeKey, TimeTerm};
pub use highlight::text_terms;
pub use keys::{KEYS, Key};
pub use needles::Needles;
pub use parse::parse;
pub use range::{ParseContext, RangeError, describe, parse_range, parse_time_term};
pub use request::{
    Anchor, Answer, Bucket, Cancel, Facet, FacetValue, Histogram, NoWatch, Page, PageRequest, Position, Row,
    Sort, SortKey, Watch,
};
pub use text::TextMatcher;
pub use value::{IpMatcher, ValueMatcher};
pub use values::{facet_values, mapped_texts, shown_value, sort_text};
