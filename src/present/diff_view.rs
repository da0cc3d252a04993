//! What changed, as lines: the changed fields, a unified diff, or before and after beside each other.

mod fields;
mod items;
mod plain;
mod rows;
mod value;

use std::sync::Arc;
use std::time::Instant;

use super::line::{Line, Role};
use super::pane::{Excerpt, PaneLine};
use super::sanitise::{self, Charset};
use crate::diff::json::{ArrayMatch, Matched};
use crate::domain::{Action, Change, Entry, Field, Provenance};

pub use items::{Item, ItemKind, Items, Side};
pub use plain::diff_text;

/// Fewest columns for before and after beside each other.
pub const SIDE_BY_SIDE: usize = 100;

/// How a diff is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// The changed fields.
    #[default]
    Fields,
    /// Each changed value as text, changed lines under each other.
    Unified,
    /// Each changed value as text, before and after beside each other; needs [`SIDE_BY_SIDE`] columns.
    SideBySide,
}

/// What a diff is made of.
#[derive(Clone, Copy, Debug)]
pub struct DiffInput<'a> {
    /// The changes that are known.
    pub changes: &'a [Change<'a>],
    /// The whole object before as JSON, if the record has it.
    pub before: Option<&'a str>,
    /// The whole object after as JSON, if the record has it.
    pub after: Option<&'a str>,
    /// How the difference of the whole objects is known, where no changes are given.
    pub snapshots: Provenance,
    /// Paths that change with every edit, beside the well-known ones.
    pub noise: &'a [String],
    /// What was done, to say why nothing changed.
    pub action: Option<Action>,
}

impl<'a> DiffInput<'a> {
    /// Returns the changes of an entry.
    pub fn of(entry: &'a Entry<'a>) -> DiffInput<'a> {
        DiffInput {
            changes: &entry.changes,
            before: None,
            after: None,
            snapshots: Provenance::Recorded,
            noise: &[],
            action: Some(entry.action),
        }
    }

    /// Returns how one JSON document differs from another.
    pub fn between(before: &'a str, after: &'a str) -> DiffInput<'a> {
        DiffInput {
            changes: &[],
            before: Some(before),
            after: Some(after),
            snapshots: Provenance::Derived,
            noise: &[],
            action: None,
        }
    }
}

/// The keys that change what is shown, to be named where something is folded.
#[derive(Clone, Copy, Debug)]
pub struct DiffKeys<'a> {
    /// Shows what did not change.
    pub unchanged: &'a str,
    /// Shows what changes with every edit.
    pub noise: &'a str,
    /// Matches arrays in another way.
    pub arrays: &'a str,
}

/// How a diff is made.
#[derive(Clone, Copy, Debug)]
pub struct DiffOptions<'a> {
    /// How it is laid out.
    pub layout: Layout,
    /// Columns there are.
    pub width: usize,
    /// Shows what did not change, too.
    pub unchanged: bool,
    /// Shows fields that change with every edit like all others.
    pub noise: bool,
    /// How arrays are matched.
    pub arrays: ArrayMatch,
    /// How marks are drawn.
    pub charset: Charset,
    /// When to stop looking closer.
    pub deadline: Option<Instant>,
    /// The keys to name; `None` on paper and in pipes.
    pub keys: Option<DiffKeys<'a>>,
}

impl Default for DiffOptions<'_> {
    fn default() -> Self {
        DiffOptions {
            layout: Layout::Fields,
            width: 80,
            unchanged: false,
            noise: false,
            arrays: ArrayMatch::Identity,
            charset: Charset::Unicode,
            deadline: None,
            keys: None,
        }
    }
}

/// A diff as lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DiffView {
    /// The lines, as wide as asked; each says which change it belongs to.
    pub lines: Vec<PaneLine>,
    /// The changes, those left out as noise included.
    pub items: Vec<Item>,
    /// Equal parts that are known.
    pub unchanged: usize,
    /// Changes left out because they come with every edit.
    pub hidden: usize,
    /// The layout used: without the room for columns it is unified.
    pub layout: Layout,
}

impl DiffView {
    /// Returns the first line of every change that is shown.
    pub fn first_lines(&self) -> Vec<usize> {
        self.lines.iter().enumerate().filter(|(_, line)| line.first).map(|(at, _)| at).collect()
    }
}

/// Lays out what changed.
pub fn diff_lines(input: &DiffInput<'_>, options: &DiffOptions<'_>) -> DiffView {
    let narrow = options.layout == Layout::SideBySide && options.width < SIDE_BY_SIDE;
    let layout = if narrow { Layout::Unified } else { options.layout };
    let items = match layout {
        Layout::Fields | Layout::SideBySide => items::expanded(input, options),
        Layout::Unified => items::whole(input, options),
    };
    let mut page = Page { options, lines: Vec::new(), coarse: items.coarse };
    if items.items.is_empty() {
        page.nothing(input.action);
    } else {
        page.heading(&items);
        let shown = items.items.iter().enumerate().filter(|(_, item)| options.noise || !item.noise);
        match layout {
            Layout::Fields => fields::draw(&mut page, &shown.collect::<Vec<_>>()),
            Layout::Unified => shown.for_each(|(at, item)| rows::unified(&mut page, &Subject::new(at, item))),
            Layout::SideBySide => {
                shown.for_each(|(at, item)| rows::side_by_side(&mut page, &Subject::new(at, item)));
            }
        }
    }
    page.foot(&items, layout);
    let hidden = items.items.iter().filter(|item| item.noise && !options.noise).count();
    DiffView { lines: page.lines, unchanged: items.equal.len(), hidden, items: items.items, layout }
}

/// Lines being collected.
struct Page<'o> {
    options: &'o DiffOptions<'o>,
    lines: Vec<PaneLine>,
    coarse: bool,
}

/// A change being drawn. Its values are copied once, however many lines stand for them.
struct Subject<'i> {
    change: usize,
    item: &'i Item,
    path: Arc<str>,
    filter: (Field, Arc<str>),
    before: Option<Excerpt>,
    after: Option<Excerpt>,
}

/// Which value a line stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// The heading of the change: for the value after, or before where that is all there is.
    Head,
    /// For the value before.
    Before,
    /// For the value after.
    After,
    /// For none.
    Nothing,
}

impl<'i> Subject<'i> {
    fn new(change: usize, item: &'i Item) -> Subject<'i> {
        let excerpt = |side: &Side| side.copied().map(Excerpt::whole);
        Subject {
            change,
            item,
            path: item.path.as_str().into(),
            filter: (Field::Changed, item.recorded.as_str().into()),
            before: excerpt(&item.before),
            after: excerpt(&item.after),
        }
    }

    fn value(&self, stands: Stands) -> Option<Excerpt> {
        match stands {
            Stands::Head => self.after.clone().or_else(|| self.before.clone()),
            Stands::Before => self.before.clone(),
            Stands::After => self.after.clone(),
            Stands::Nothing => None,
        }
    }
}

/// Most lines of one value; a longer one says how much is left out. Copying has it all.
const MAX_LINES: usize = 5_000;

impl Page<'_> {
    fn plain(&mut self, role: Role, text: &str) {
        let mut line = Line::new();
        sanitise::push(&mut line, role, text, self.options.charset);
        self.lines.extend(PaneLine::of(line).wrapped(self.options.width, 2));
    }

    /// Adds a line of a change, broken to the width. The heading begins it.
    fn add(&mut self, subject: &Subject<'_>, line: Line, stands: Stands, indent: usize) {
        let whole = PaneLine {
            line,
            path: Some(Arc::clone(&subject.path)),
            value: subject.value(stands),
            filter: Some(subject.filter.clone()),
            change: Some(subject.change),
            first: stands == Stands::Head,
            fold: None,
        };
        self.lines.extend(whole.wrapped(self.options.width, indent));
    }

    /// Says why there is no diff.
    fn nothing(&mut self, action: Option<Action>) {
        let why = match action {
            None => "both are the same",
            Some(Action::LoggedIn | Action::LoggedOut | Action::LoginFailed) => {
                "no changes: a session does not change an object"
            }
            Some(Action::Accessed) => "no changes: something was read, not changed",
            Some(Action::Exported) => "no changes: data was read, not changed",
            Some(_) => "no changes: the record does not say what the values were",
        };
        self.plain(Role::Dim, why);
    }

    /// Says how the changes are known, and what is odd about them.
    fn heading(&mut self, items: &Items) {
        let of = |wanted| items.items.iter().filter(|item| item.provenance == wanted).count();
        let (recorded, derived, parsed) =
            (of(Provenance::Recorded), of(Provenance::Derived), of(Provenance::Parsed));
        let text = match (recorded, derived, parsed) {
            (_, 0, 0) => "recorded by the vendor".to_owned(),
            (0, _, 0) => "derived: computed, not recorded by the vendor".to_owned(),
            (0, 0, _) => "read out of a sentence of the vendor".to_owned(),
            _ => format!(
                "{recorded} recorded by the vendor, {derived} derived, {parsed} read out of a sentence"
            ),
        };
        self.plain(Role::Dim, &text);
        if items.repeated_keys {
            self.plain(Role::Warning, "an object repeats a key; its last value counts");
        }
    }

    /// Says what is not shown, and how arrays were matched.
    fn foot(&mut self, items: &Items, layout: Layout) {
        if self.options.unchanged {
            self.equal(&items.equal);
        }
        let named = |key: Option<&str>| key.map(|key| format!(" ({key})")).unwrap_or_default();
        let keys = self.options.keys;
        let mut line = Line::new();
        if !items.equal.is_empty() && !self.options.unchanged {
            line.push(
                Role::Dim,
                format!("= {} unchanged{}", items.equal.len(), named(keys.map(|keys| keys.unchanged))),
            );
        }
        let noise: Vec<&str> =
            items.items.iter().filter(|item| item.noise).map(|item| item.path.as_str()).collect();
        if !noise.is_empty() && !self.options.noise {
            let space = if line.spans.is_empty() { "" } else { "   " };
            let text = format!("{space}{} changed too{}", listed(&noise), named(keys.map(|keys| keys.noise)));
            sanitise::push(&mut line, Role::Dim, &text, self.options.charset);
        }
        if !line.spans.is_empty() {
            self.lines.extend(PaneLine::of(line).wrapped(self.options.width, 2));
        }
        if let Some(text) = matched(&items.arrays).filter(|_| layout != Layout::Unified) {
            let text = format!("{text}{}", named(keys.map(|keys| keys.arrays)));
            self.plain(Role::Dim, &text);
        }
        if self.coarse {
            self.plain(Role::Warning, "compared in part only: too large to look at in time");
        }
    }

    fn equal(&mut self, equal: &[(String, String)]) {
        for (path, json) in equal {
            let side = Side::Json(json.clone());
            let mut line = Line::of(Role::Dim, "= ");
            sanitise::push(&mut line, Role::Dim, path, self.options.charset);
            line.push(Role::Dim, "   ");
            match value::short(&side, true) {
                Some(short) => short.push(&mut line, Role::Dim, self.options.charset),
                None => line.push(Role::Dim, value::size(json)),
            }
            let whole = PaneLine {
                line,
                path: Some(path.as_str().into()),
                value: side.copied().map(Excerpt::whole),
                ..PaneLine::default()
            };
            self.lines.extend(whole.wrapped(self.options.width, 6));
        }
    }
}

/// Names up to two of the paths and counts the rest.
fn listed(paths: &[&str]) -> String {
    match paths {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

/// Says how arrays were matched: `arrays matched by id, tags by content`.
fn matched(arrays: &[(String, Matched)]) -> Option<String> {
    let how = |how: &Matched| match how {
        Matched::By(member) => format!("by {member}"),
        Matched::Content => "by content".to_owned(),
        Matched::Position => "by position".to_owned(),
    };
    let mut said: Vec<String> = arrays.iter().map(|(_, matched)| how(matched)).collect();
    said.sort_unstable();
    said.dedup();
    (!said.is_empty()).then(|| format!("arrays matched {}", said.join(" and ")))
}

#[cfg(test)]
mod tests;
