//! Source formats: one TOML file each, compiled once into a plan.
//!
//! # The mapping language
//!
//! ```toml
//! name = "acme"                       # lower-case letters, digits, hyphens
//! title = "Acme audit log"
//! vendor = "Acme"
//! documentation = "https://.."        # also: support, feedback
//! not_recorded = ["Reads of pages."]  # sentences
//! retention = "90 days"
//! export_cap = 10000                  # rows at which an export is cut
//! newest_first = true                 # as the vendor exports it
//! noise = ["updated_at"]              # changed paths without meaning, `*` allowed
//! secret = ["token.value"]            # paths of the record to mask, `*` allowed
//! groups = ["transaction.id"]         # ids that tie records together
//! containers = ["data.events"]        # where a document holds the array of records
//! unwrap = ["detail", "body|json", "data|base64"]   # where a record holds the vendor's record
//! draft = 62                          # nobody has corrected it yet: its entries count as guessed, so sure in percent
//! guess_rest = true                   # what it leaves open is guessed, as of unknown vendors
//! envelope = true                     # comes after all vendors, also those found inside
//! each = "events"                     # every element is an entry; `@` is the element
//! empty = ["-"]                       # texts that mean "nothing"
//!
//! [detect]                            # what a record must look like
//! all = { id = "uuid", time = "time", kind = ["audit.*", "=login"] }
//! any = [{ a = "string" }, { b = "number" }]      # one of these groups
//! none = ["c"]
//!
//! [fields]                            # a value, or a list of values tried in order
//! time = ["created_at", { from = "ts", unit = "ms" }]
//! action_code = "action"
//! summary = "{$actor} did {action} to {object.name?}"
//! action = { from = "op", words = { C = "created", "del*" = "deleted" }, otherwise = "other" }
//!
//! [actor]                             # and [on_behalf_of]: kind, name, email, id
//! kind = [{ from = "by.type", as = "kind" }, "=member"]
//! email = "by.email"
//!
//! [[when]]                            # tried before what always holds
//! if = { "by.type" = "robot*", "!by.id" = true }
//! fields = { activity = "=Robot" }    # also: actor, on_behalf_of
//!
//! [[codes]]                           # several fields by one code
//! from = "action"                     # the action code where nothing is stated
//! rows = { "team.add" = { action = "created", activity = "Team", event_type = "Access", class = "Permissions" } }
//!
//! [[target]]                          # in order; the first is the primary one
//! each = "resources"                  # optional: one per element
//! type = "@.type"
//! id = "@.id"
//! name = "@.name"
//!
//! [[changes]]                         # see `ingest::changes` for the encodings
//! as = "list"
//! at = "changes"
//! op = "replace"                      # or the members that say it; also of `request` and `scalar`
//! without = ["etag", "internal.*"]    # what is no change
//!
//! [state]                             # what a record says of its object: see `format::state`
//! identity = "name"
//! rules = [{ as = "whole", at = "responseObject", when = { verb = "update" } }]
//!
//! [metadata]
//! "API" = "api"
//!
//! [[sample]]
//! about = "a team member was added"
//! record = '''{ .. }'''             # or `text`: a line, decoded as in a file written at the start of 2027
//! expect = { time = "2026-01-02T03:04:05Z", action = "created", outcome = "success" }
//! ```
//!
//! **A value** is a path (`a.b[0]`, `list[key=x].value`, `a.*.b`, `@.x` below the element of an `each`,
//! `text|json.a` inside JSON in a string, `text|base64.a`), a constant (`=text`), a field already mapped
//! (`$action_code`, `$action`, `$class`, `$outcome`, `$activity`, `$event_type`, `$actor`, `$target`, `$target.type`, `$target.id`,
//! `$workspace`, `$id`), a template (`{a} by {b?}`: it needs every part that has no `?`), or a table:
//! `from` (one or several), `as`, `after` / `after_first` / `before` / `before_last` (cut at a mark; a text
//! without it stays whole, or is no value with `needs_mark = true`; `after_first = ["New Logon:", "Account Name:"]` cuts behind each in
//! turn and trims, and is no value where one is missing), `words` (exact, else
//! with `*`, `fold = true` to ignore case and separators; what is not in it is no value), `when`, `otherwise`,
//! and for times `unit` (`s ms us ns`), `zone`, `order` (`month-first`, `day-first`).
//!
//! **`as`** is `text`, `lower`, `upper`, `title` (`user_login` to `User login`), `subject` (the same less its
//! verbs), `verb` (the canonical action of a word in it), `outcome`, `failure` (an outcome that is no success, else
//! nothing), `told` (the same, and a success that is named: `login_success`; that of
//! `role.created` is not), `class`, `kind` (likewise), `json`,
//! `address`, `email`, `name` (nothing else passes), `url` (percent escapes decoded).
//!
//! **Order**: rules with a condition, then code tables, then rules without one. Fields are filled in the order
//! time, action code, activity, event type, action, class, outcome, scope, workspace, actor, ip, targets,
//! changes, the rest; `$name` sees what came before. An e-mail address in place of a name becomes the e-mail.
//!
//! **Shapes** in `[detect]`: `any present string number boolean null object array integer time ip email uuid`,
//! anything else is a pattern with `*` (`=time` for the literal word).
//!
//! A format whose samples do not map as stated does not load. The order of detection is computed from all
//! formats' samples.

pub(crate) mod build;
mod builtin;
mod compile;
mod describe;
pub(crate) mod glob;
pub(crate) mod head;
mod known;
pub(crate) mod plan;
mod reader;
mod rules;
mod sample;
pub(crate) mod state;
pub(crate) mod shape;
pub(crate) mod time;
pub(crate) mod trie;

use std::ops::Range;

pub use super::generic::Learned;
pub use super::map::{Filled, MapInfo, Mapper};
pub use known::Formats;
pub use reader::FormatError;
pub use sample::Expected;
pub(crate) use sample::field_text;

use crate::domain::Scope;
use crate::domain::json::Path;

/// Returns the names of the formats that are compiled in, without reading them.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    builtin::ASSETS.iter().map(|&(name, _)| name)
}

/// How much of an entry is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// What the store's columns hold: no metadata, summary, link, client or reason; changes without values.
    Index,
    /// Everything.
    Full,
    /// Everything, and what the record says of the object it acts on.
    History,
    /// The parts and the changes with their values; of the rest what is at hand.
    Changes,
}

/// What is known about a source that its records do not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapContext {
    /// Zone of times that name none.
    pub assume_tz: Option<chrono_tz::Tz>,
    /// Whether `4/5/2026` is the fourth of May; as the format states where nothing is known.
    pub day_first: Option<bool>,
    /// About when the source was written: times without a year are the last such before.
    pub near: Option<crate::domain::Timestamp>,
    /// The log that all records belong to, whatever they say.
    pub scope: Option<Scope>,
    /// The workspace that all records belong to, whatever they say.
    pub workspace: Option<String>,
    /// The user named the format: records that do not fit are mapped by it nevertheless.
    pub forced: bool,
    /// What a source of an unknown vendor taught the generic mapper.
    pub learned: Vec<Learned>,
}

/// The description of one vendor's records.
#[derive(Debug)]
pub struct Format {
    /// Its name, as in `format:NAME`.
    pub name: String,
    /// A number that changes with the file.
    pub version: u32,
    /// What it is called.
    pub title: String,
    /// Whose records they are.
    pub vendor: String,
    /// The vendor's page about the records.
    pub documentation: Option<String>,
    /// The vendor's page for help.
    pub support: Option<String>,
    /// The vendor's page for feedback.
    pub feedback: Option<String>,
    /// What the vendor does not record: one sentence each.
    pub not_recorded: Vec<String>,
    /// How long the vendor keeps records.
    pub retention: Option<String>,
    /// Number of rows at which the vendor cuts an export.
    pub export_cap: Option<u64>,
    /// The vendor exports the newest record first.
    pub newest_first: bool,
    /// Changed paths without meaning; patterns with `*`.
    pub noise: Vec<String>,
    /// Paths of the record that hold secrets; patterns with `*`.
    pub secret: Vec<String>,
    /// Paths of ids that tie records together.
    pub groups: Vec<String>,
    /// Whether entries have a link to the vendor's page.
    pub has_link: bool,
    /// Whether it maps records of unknown vendors, by guessing.
    pub generic: bool,
    /// Whether what it leaves open is guessed: a format of lines that many vendors write.
    pub guess_rest: bool,
    /// How sure the guess was that it was drafted from, in percent, as long as nobody has corrected it.
    pub draft: Option<u8>,
    /// Whether other vendors' records come in it: it is taken only where no vendor's format knows what is
    /// inside.
    pub envelope: bool,
    /// Where a document holds the array of records.
    pub containers: Vec<Path>,
    /// Records with the entries they must become.
    pub samples: Vec<Sample>,
    /// The text of its file.
    pub source: String,
    pub(crate) plan: plan::Plan,
}

impl Format {
    /// Returns whether the vendor writes the day before the month, where its description says.
    pub fn day_first(&self) -> Option<bool> {
        self.plan.time.iter().find_map(|rule| rule.time.day_first)
    }
}

/// A record with the entries it must become.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What it shows.
    pub about: String,
    /// The record, as JSON.
    pub record: String,
    /// The entries expected of it.
    pub expected: Vec<Expected>,
    /// Where in the file.
    pub(crate) span: Range<usize>,
}

/// The state of everything that maps records but the formats' files: raised where a record's entry comes out
/// otherwise than before, so that a store can say that its entries are of an older mapping.
const MAPPING: u32 = 6;

/// Returns a number for a text that changes with it, and with the mapping: FNV-1a, 32 bits.
fn version_of(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5 ^ MAPPING, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::changes_of;
