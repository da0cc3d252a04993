//! What an audit log is: entries, who did what to what, when, and what changed.
//!
//! Pure types and functions. Nothing here reads a file, a clock or the environment (but [`Zone::Local`]
//! asks the machine for its zone), and nothing here knows
//! a vendor, the store or a screen. Everything else may use this module; it uses none of them.

pub mod action;
pub mod base64;
pub(crate) mod case;
pub mod catalog;
pub mod entry;
pub mod facts;
pub mod field;
pub mod glob;
pub mod id;
pub mod ip;
pub mod json;
pub mod plan;
pub mod redact;
pub mod reject;
pub(crate) mod short;
pub mod stamps;
pub mod time;
pub mod zone;

pub use action::{Action, ActorKind, Class, Outcome, Scope};
pub use catalog::Catalog;
pub use entry::{
    Actor, COPY_FORMAT, Change, ChangeOp, Entry, Place, Provenance, Str, Target, is_copy_format,
};
pub use field::Field;
pub use id::{EntryId, IdPrefix};
pub use ip::Ip;
pub use plan::Plan;
pub use reject::Reject;
pub use stamps::Stamps;
pub use time::{Moment, TimeSpan, Timestamp};
pub use zone::{Style, Zone};
