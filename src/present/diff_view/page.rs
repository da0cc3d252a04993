//! The lines of a diff being collected: what stands above and below the changes, and what each line stands for.

use std::sync::Arc;

use super::items::{Item, Items, Side};
use super::{DiffInput, DiffOptions, Layout, value};
use crate::diff::json::Matched;
use crate::domain::{Action, Field, Outcome, Provenance};
use crate::present::line::{Line, Role};
use crate::present::measure;
use crate::present::pane::{Excerpt, PaneLine};
use crate::present::sanitise;

/// Lines being collected.
pub(super) struct Page<'o> {
    pub(super) options: &'o DiffOptions<'o>,
    pub(super) lines: Vec<PaneLine>,
    pub(super) coarse: bool,
}

/// A change being drawn. Its values are copied once, however many lines stand for them.
pub(super) struct Subject<'i> {
    change: usize,
    pub(super) item: &'i Item,
    path: Arc<str>,
    filter: (Field, Arc<str>),
    before: Option<Excerpt>,
    after: Option<Excerpt>,
}

/// Which value a line stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// The heading of the change: for the value after, or before where that is all there is.
    Head,
    /// For the value before.
    Before,
    /// For the value after.
    After,
    /// For none.
    Nothing,
}

/// Says why nothing was done, if so.
pub fn not_done(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Denied => Some("denied"),
        Outcome::Failure => Some("failed"),
        Outcome::Success | Outcome::Unknown => None,
    }
}

impl<'i> Subject<'i> {
    pub(super) fn new(change: usize, item: &'i Item) -> Subject<'i> {
        let excerpt = |side: &Side| side.copied().map(Excerpt::whole);
        Subject {
            change,
            item,
            path: item.path.as_str().into(),
            filter: (Field::Changed, item.indexed.as_str().into()),
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
pub(super) const MAX_LINES: usize = 5_000;

/// Numbers written in another way that are named.
const MAX_RESPELT: usize = 5;

impl Page<'_> {
    pub(super) fn plain(&mut self, role: Role, text: &str) {
        let mut line = Line::new();
        sanitise::push(&mut line, role, text, self.options.charset);
        self.lines.extend(PaneLine::of(line).wrapped(self.options.width, 2));
    }

    /// Adds a line of a change, broken to the width. The heading begins it.
    pub(super) fn add(&mut self, subject: &Subject<'_>, line: Line, stands: Stands, indent: usize) {
        let whole = PaneLine {
            line,
            path: Some(Arc::clone(&subject.path)),
            value: subject.value(stands),
            filter: Some(subject.filter.clone()),
            change: Some(subject.change),
            first: stands == Stands::Head,
            fold: (stands == Stands::Head).then_some(subject.change),
            entry: None,
            around: (None, None),
        };
        if self.options.cut {
            let line = measure::cut_line(&whole.line, self.options.width, self.options.charset);
            return self.lines.push(PaneLine { line, ..whole });
        }
        let mut parts = whole.wrapped(self.options.width, indent);
        let more = parts.len().saturating_sub(MAX_LINES);
        parts.truncate(MAX_LINES);
        self.lines.extend(parts);
        if more > 0 {
            self.plain(Role::Dim, &format!("... {more} more lines of this one, copied whole"));
        }
    }

    /// Says why there is no diff.
    pub(super) fn nothing(&mut self, input: &DiffInput<'_>) {
        let why = match input.action {
            None => "both are the same",
            Some(_) if input.outcome == Outcome::Denied => "no changes: it was denied",
            Some(_) if input.outcome == Outcome::Failure => "no changes: it failed",
            Some(Action::LoggedIn | Action::LoggedOut | Action::LoginFailed) => {
                "no changes: a session does not change an object"
            }
            Some(Action::Accessed) => "no changes: something was read, not changed",
            Some(Action::Exported) => "no changes: data was read, not changed",
            Some(Action::Created) => "created; no values are known of it",
            Some(Action::Deleted) => "deleted; no values are known of it",
            Some(_) => "no changes are known of this kind of record; its raw data has all it says",
        };
        self.plain(Role::Dim, why);
    }

    /// Says how the changes are known, and what is odd about them.
    pub(super) fn heading(&mut self, items: &Items, input: &DiffInput<'_>) {
        let basis = input.basis;
        let of = |wanted| items.items.iter().filter(|item| item.provenance == wanted).count();
        let (recorded, derived, parsed) =
            (of(Provenance::Recorded), of(Provenance::Derived), of(Provenance::Parsed));
        let text = match (recorded, derived, parsed) {
            _ if basis.is_some() => basis.unwrap_or_default().to_owned(),
            (_, 0, 0) => "recorded by the vendor".to_owned(),
            (0, _, 0) => "derived: computed, not recorded by the vendor".to_owned(),
            (0, 0, _) => "read out of a sentence of the vendor".to_owned(),
            _ => format!(
                "{recorded} recorded by the vendor, {derived} derived, {parsed} read out of a sentence"
            ),
        };
        self.plain(Role::Dim, &text);
        if let (None, Some(word)) = (basis, not_done(input.outcome)) {
            self.plain(Role::Warning, &format!("{word}: this was asked for, and nothing was changed"));
        }
        if items.repeated_keys {
            self.plain(Role::Warning, "an object repeats a key; its last value counts");
        }
    }

    /// Says what is not shown, and how arrays were matched.
    pub(super) fn foot(&mut self, items: &Items, layout: Layout) {
        if self.options.unchanged {
            self.equal(&items.equal);
        }
        let named = |key: Option<&str>| key.map(|key| format!(" ({key})")).unwrap_or_default();
        let keys = self.options.keys;
        let mut line = Line::new();
        if items.equal_count > 0 && !self.options.unchanged {
            line.push(
                Role::Dim,
                format!("= {} unchanged{}", items.equal_count, named(keys.map(|keys| keys.unchanged))),
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
        for (path, old, new) in items.respelt.iter().take(MAX_RESPELT).filter(|_| layout != Layout::Unified) {
            let arrow = self.options.charset.arrow();
            self.plain(
                Role::Dim,
                &format!("= {path}   {old} {arrow} {new}   (the same number, written in another way)"),
            );
        }
        let more = items.respelt.len().saturating_sub(MAX_RESPELT);
        if more > 0 && layout != Layout::Unified {
            self.plain(Role::Dim, &format!("= {more} more numbers written in another way"));
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
        Matched::Content | Matched::Set => "by content".to_owned(),
        Matched::Position => "by position".to_owned(),
    };
    let mut said: Vec<String> = arrays.iter().map(|(_, matched)| how(matched)).collect();
    said.sort_unstable();
    said.dedup();
    (!said.is_empty()).then(|| format!("arrays matched {}", said.join(" and ")))
}
