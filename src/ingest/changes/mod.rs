//! The encodings of "what changed" that vendors use, each implemented once; a format names which it uses and
//! where.
//!
//! | in a format file | shape |
//! |---|---|
//! | `list` (C1) | `[{name, old, new}]` |
//! | `pairs` (C2) | `{field: [old, new]}`, `{field: {from, to}}` |
//! | `snapshots` (C3) | the object before and after |
//! | `overlay` (C4) | the object after, and the previous values of what changed |
//! | `siblings` (C5) | `old_x` beside `x`, by patterns |
//! | `scalar` (C6) | one pair of values, the field named elsewhere |
//! | `deltas` (C7) | what was added and removed |
//! | `patch` (C8) | a JSON patch or a merge patch |
//! | `request` (C9) | what was asked for: values after, those before unknown |
//! | `names` (C10) | the names of what changed, without values |
//! | `sentence` (C11) | "X changed from A to B", several with marks between them (`split`) |
//! | `columns` (C13) | numbered columns of a wide CSV |
//!
//! `list`, `request` and `scalar` take `op`: what the vendor says was done to all fields, where it does not record
//! the values before. The sides of `scalar` are values like those of fields: cut, looked up, constants. `without`
//! names what is no change, with `*`, in all of them. Of the patterns of `siblings` the first counts whose value
//! after is there. `under` of `deltas` is the path in the object that they are of, with `[key=*]` or a key `*` in the
//! place of the name: `bindings[role=*].members`.
//!
//! JSON inside strings (C12) is decoded in all of them where a format says `decode = true`; hashed values
//! (C14) are values like any other, so that only their equality is compared; nothing (C15) is no rule.
//! Which paths changed does not depend on [`Want`]; the values are left out for the index.

mod delta;
mod list;
mod object;
mod sentence;

use std::borrow::Cow;

use super::format::plan::{How, PathRef, Rules};
use super::format::{Want, glob::Glob};
use super::map::Eval;
use crate::diff::within::Within;
use crate::domain::json::{Doc, Node, Path, quote};
use crate::domain::{Change, ChangeOp, Provenance, Str};

/// One place where changes are recorded.
#[derive(Debug)]
pub(crate) struct ChangeRules {
    pub(crate) when: Vec<u16>,
    /// Only where no change was found before.
    pub(crate) otherwise: bool,
    /// Texts that are JSON are read as such.
    pub(crate) decode: bool,
    /// Names of what is no change.
    pub(crate) without: Vec<Glob>,
    pub(crate) encoding: Encoding,
}

/// How changes are written down.
#[derive(Debug)]
pub(crate) enum Encoding {
    List { at: PathRef, names: Names, op: ListOp },
    Pairs { at: PathRef },
    Snapshots { before: Vec<PathRef>, after: Vec<PathRef>, keys_are_paths: bool },
    Overlay { after: PathRef, previous: PathRef },
    Siblings { at: PathRef, patterns: Vec<Sibling>, pairs: Option<[Path; 2]> },
    Scalar { name: Rules, before: Rules, after: Rules, op: Option<ChangeOp> },
    Deltas { at: PathRef, op: Vec<Path>, name: Vec<Path>, value: Vec<Path>, under: Option<Path> },
    Lists { name: Rules, added: Vec<PathRef>, removed: Vec<PathRef> },
    Patch { at: PathRef },
    Request { at: PathRef, op: Option<ChangeOp> },
    Names { at: PathRef },
    Sentence { from: Rules, split: Vec<String> },
    Columns { at: PathRef, columns: Vec<[Glob; 3]> },
}

impl Encoding {
    /// Returns the name in a format file.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Encoding::List { .. } => "list",
            Encoding::Pairs { .. } => "pairs",
            Encoding::Snapshots { .. } => "snapshots",
            Encoding::Overlay { .. } => "overlay",
            Encoding::Siblings { .. } => "siblings",
            Encoding::Scalar { .. } => "scalar",
            Encoding::Deltas { .. } => "deltas",
            Encoding::Lists { .. } => "lists",
            Encoding::Patch { .. } => "patch",
            Encoding::Request { .. } => "request",
            Encoding::Names { .. } => "names",
            Encoding::Sentence { .. } => "sentence",
            Encoding::Columns { .. } => "columns",
        }
    }

    /// Returns the rules it asks.
    pub(crate) fn rules(&self) -> Vec<&Rules> {
        match self {
            Encoding::Scalar { name, before, after, .. } => vec![name, before, after],
            Encoding::Lists { name, .. } => vec![name],
            Encoding::Sentence { from, .. } => vec![from],
            Encoding::List { .. }
            | Encoding::Pairs { .. }
            | Encoding::Snapshots { .. }
            | Encoding::Overlay { .. }
            | Encoding::Siblings { .. }
            | Encoding::Deltas { .. }
            | Encoding::Patch { .. }
            | Encoding::Request { .. }
            | Encoding::Names { .. }
            | Encoding::Columns { .. } => Vec::new(),
        }
    }

    /// Returns the paths it reads.
    pub(crate) fn places(&self) -> Vec<String> {
        let texts =
            |paths: &[PathRef]| -> Vec<String> { paths.iter().map(|path| path.text.to_string()).collect() };
        let sources = |rules: &[&Rules]| {
            rules.iter().flat_map(|rules| rules.iter()).map(|rule| rule.source.describe()).collect()
        };
        match self {
            Encoding::List { at, .. }
            | Encoding::Pairs { at }
            | Encoding::Siblings { at, .. }
            | Encoding::Deltas { at, .. }
            | Encoding::Patch { at }
            | Encoding::Request { at, .. }
            | Encoding::Names { at }
            | Encoding::Columns { at, .. } => vec![at.text.to_string()],
            Encoding::Snapshots { before, after, .. } => [texts(before), texts(after)].concat(),
            Encoding::Overlay { after, previous } => vec![after.text.to_string(), previous.text.to_string()],
            Encoding::Lists { added, removed, .. } => [texts(added), texts(removed)].concat(),
            Encoding::Scalar { name, before, after, .. } => sources(&[name, before, after]),
            Encoding::Sentence { from, .. } => sources(&[from]),
        }
    }
}

/// Members of a list's elements: the field, its value before, its value after.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) path: Vec<Path>,
    pub(crate) before: Vec<Path>,
    pub(crate) after: Vec<Path>,
    /// How the change is known, where the element says it: `recorded`, `derived`, `parsed`.
    pub(crate) provenance: Vec<Path>,
}

/// What was done to the fields of a list.
#[derive(Debug)]
pub(crate) enum ListOp {
    /// The same to all.
    Is(ChangeOp),
    /// These members of an element say it.
    At(Vec<Path>),
}

/// A key that holds the old value of another.
#[derive(Debug)]
pub(crate) struct Sibling {
    pub(crate) old: Glob,
    pub(crate) new: Glob,
    pub(crate) name: Glob,
    /// Both must be there: for patterns that match too much.
    pub(crate) both: bool,
}

/// Most values of one entry that stayed as they were.
const MANY: usize = 10_000;

/// What the encodings need to know, and where they put what they find.
pub(crate) struct Found<'a, 'o> {
    pub(crate) want: Want,
    pub(crate) decode: bool,
    /// Keys of objects are paths already, so they are not quoted.
    pub(crate) keys_are_paths: bool,
    /// Names of what is no change.
    pub(crate) without: &'o [Glob],
    /// What changed inside values that have parts.
    pub(crate) within: &'o mut Within<'a>,
    /// What stayed as it was, for histories: both sides are told.
    pub(crate) stays: &'o mut Vec<Change<'static>>,
    /// Changes, by number, that say what came into a list or went from it, not what the list is.
    pub(crate) elements: &'o mut Vec<usize>,
    pub(crate) out: &'o mut Vec<Change<'a>>,
}

/// Adds the changes that one rule finds, and what changed inside them.
pub(crate) fn extract<'a>(
    rules: &'a ChangeRules,
    eval: &mut Eval<'a, '_>,
    within: &mut Within<'a>,
    (stays, elements): (&mut Vec<Change<'static>>, &mut Vec<usize>),
    out: &mut Vec<Change<'a>>,
) {
    let mut found = Found {
        want: eval.want(),
        decode: rules.decode,
        keys_are_paths: false,
        without: &rules.without,
        within,
        stays,
        elements,
        out,
    };
    match &rules.encoding {
        Encoding::List { at, names, op } => {
            eval.visit(at, &mut |node| list::read(node, names, op, &mut found));
        }
        Encoding::Pairs { at } => eval.visit(at, &mut |node| object::pairs(node, &mut found)),
        Encoding::Snapshots { before, after, keys_are_paths } => {
            found.keys_are_paths = *keys_are_paths;
            let first = |eval: &mut Eval<'a, '_>, paths: &'a [PathRef]| {
                paths.iter().find_map(|path| eval.node(path).filter(|node| !node.is_null()))
            };
            let (before, after) = (first(eval, before), first(eval, after));
            object::snapshots(before, after, &mut found);
        }
        Encoding::Overlay { after, previous } => {
            if let (Some(after), Some(previous)) = (eval.node(after), eval.node(previous)) {
                object::overlay(after, previous, &mut found);
            }
        }
        Encoding::Siblings { at, patterns, pairs } => {
            eval.visit(at, &mut |node| match pairs {
                None => object::siblings(node, patterns, &mut found),
                Some(pair) => object::sibling_pairs(node, patterns, pair, &mut found),
            });
        }
        Encoding::Scalar { name, before, after, op } => {
            let known = found.out.len();
            scalar(eval, name, before, after, &mut found);
            // What the vendor says was done stands above what the sides look like.
            let stated = found.out.iter_mut().skip(known);
            stated.for_each(|change| change.op = op.unwrap_or(change.op));
        }
        Encoding::Deltas { at, op, name, value, under } => {
            let members = delta::Members { op, name, value, under: under.as_ref() };
            let known = found.out.len();
            eval.visit(at, &mut |node| delta::read(node, &members, &mut found));
            found.elements.extend(known..found.out.len());
        }
        Encoding::Lists { name, added, removed } => {
            let name = eval.text("changes", name).unwrap_or_default();
            let known = found.out.len();
            for path in added {
                eval.visit(path, &mut |node| {
                    delta::values(&name, &path.text, ChangeOp::Add, node, &mut found);
                });
            }
            for path in removed {
                let op = ChangeOp::Remove;
                eval.visit(path, &mut |node| delta::values(&name, &path.text, op, node, &mut found));
            }
            found.elements.extend(known..found.out.len());
        }
        Encoding::Patch { at } => eval.visit(at, &mut |node| delta::patch(node, &mut found)),
        Encoding::Request { at, op } => eval.visit(at, &mut |node| object::request(node, *op, &mut found)),
        Encoding::Names { at } => eval.visit(at, &mut |node| list::names(node, &mut found)),
        Encoding::Sentence { from, split } => {
            if let Some(text) = eval.text("changes", from) {
                sentence::read(&text, split, &mut found);
            }
        }
        Encoding::Columns { at, columns } => {
            eval.visit(at, &mut |node| list::columns(node, columns, &mut found));
        }
    }
}

fn scalar<'a>(
    eval: &mut Eval<'a, '_>,
    name: &'a Rules,
    before: &'a Rules,
    after: &'a Rules,
    found: &mut Found<'a, '_>,
) {
    let (before, after) = (side(eval, before), side(eval, after));
    if before.is_none() && after.is_none() {
        return;
    }
    let Some(path) = eval.text("changes", name) else { return };
    let made = |side: &Option<Side<'a>>| matches!(side, Some(Side::Json(_)));
    if made(&before) || made(&after) {
        found.add_text(path, before.map(Side::json), after.map(Side::json));
    } else {
        found.add(path, before.and_then(Side::node), after.and_then(Side::node));
    }
}

/// A value as it lies in the record, or the JSON of one that was cut, looked up or put together.
enum Side<'a> {
    Node(Node<'a>),
    Json(String),
}

impl<'a> Side<'a> {
    fn node(self) -> Option<Node<'a>> {
        match self {
            Side::Node(node) => Some(node),
            Side::Json(_) => None,
        }
    }

    fn json(self) -> String {
        match self {
            Side::Node(node) => node.raw().to_owned(),
            Side::Json(json) => json,
        }
    }
}

/// Returns the first value that rules give; where all they give is `null`, that.
fn side<'a>(eval: &mut Eval<'a, '_>, rules: &'a Rules) -> Option<Side<'a>> {
    let mut null = None;
    let found = rules.iter().find_map(|rule| match rule.whole_path() {
        Some(path) => {
            let node = if eval.holds(&rule.when) { eval.node(path) } else { None };
            null = null.or(node.filter(Node::is_null));
            node.filter(|node| !node.is_null()).map(Side::Node)
        }
        None => eval.rule_text("changes", rule).map(|text| match rule.how {
            How::Json => Side::Json(text.into_owned()),
            _ => Side::Json(quote(&text)),
        }),
    });
    found.or(null.map(Side::Node))
}

impl<'a> Found<'a, '_> {
    /// Adds a change from one value to another. A missing one and `null` mean that there is nothing, so something
    /// came or went; `null` is kept as the value that it is.
    pub(crate) fn add(&mut self, path: Str<'a>, before: Option<Node<'a>>, after: Option<Node<'a>>) {
        let some = |side: Option<Node<'a>>| side.filter(|node| !node.is_null());
        let op = match (some(before), some(after)) {
            (None, None) => return self.stay(path, before, after),
            (None, Some(_)) => ChangeOp::Add,
            (Some(_), None) => ChangeOp::Remove,
            (Some(a), Some(b)) if a.raw() == b.raw() => return self.stay(path, before, after),
            _ => ChangeOp::Replace,
        };
        self.push(path, op, before, after);
    }

    /// Keeps what did not change for the history of the object: it is known then.
    pub(crate) fn stay(&mut self, path: Str<'a>, before: Option<Node<'a>>, after: Option<Node<'a>>) {
        if self.want != Want::History || self.is_left_out(&path) || self.stays.len() >= MANY {
            return;
        }
        let text = |node: Option<Node<'a>>| node.map(|node| json_text(node, self.decode).into_owned().into());
        let op = match (before, after) {
            (None, None) => return,
            (None, _) => ChangeOp::Add,
            (_, None) => ChangeOp::Remove,
            _ => ChangeOp::Replace,
        };
        let path = path.into_owned().into();
        let (before, after) = (text(before), text(after));
        self.stays.push(Change { path, op, before, after, provenance: Provenance::Recorded });
    }

    /// Adds a change from one text of our own making to another.
    fn add_text(&mut self, path: Str<'a>, before: Option<String>, after: Option<String>) {
        let op = match (&before, &after) {
            (None, None) => return,
            (None, Some(_)) => ChangeOp::Add,
            (Some(_), None) => ChangeOp::Remove,
            (Some(a), Some(b)) if a == b => return,
            _ => ChangeOp::Replace,
        };
        self.push_text(path, op, before, after);
    }

    /// Adds a change unless it is said to be none.
    pub(super) fn keep(&mut self, change: Change<'a>) {
        if !self.is_left_out(&change.path) {
            self.out.push(change);
        }
    }

    fn is_left_out(&self, path: &str) -> bool {
        self.without.iter().any(|name| name.matches(path))
    }

    /// Adds a change whose operation is known.
    pub(crate) fn push(
        &mut self,
        path: Str<'a>,
        op: ChangeOp,
        before: Option<Node<'a>>,
        after: Option<Node<'a>>,
    ) {
        if let (Some(before), Some(after)) = (before, after)
            && !self.is_left_out(&path)
        {
            self.within.look(&path, before, after, Provenance::Recorded);
        }
        let text = |node: Option<Node<'a>>| match self.want {
            Want::Index => None,
            Want::Full | Want::History | Want::Changes => node.map(|node| json_text(node, self.decode)),
        };
        let (before, after) = (text(before), text(after));
        self.keep(Change { path, op, before, after, provenance: Provenance::Recorded });
    }

    /// Reads values that do not live as long as the record: what is found there owns its text.
    pub(super) fn shorter<'n>(&mut self, decode: bool, read: impl FnOnce(&mut Found<'n, '_>)) {
        let (mut changes, mut within, mut elements) = (Vec::new(), self.within.part(), Vec::new());
        read(&mut Found {
            want: self.want,
            decode,
            keys_are_paths: self.keys_are_paths,
            without: self.without,
            within: &mut within,
            stays: &mut *self.stays,
            elements: &mut elements,
            out: &mut changes,
        });
        let known = self.out.len();
        self.elements.extend(elements.into_iter().map(|at| known + at));
        self.within.absorb(within);
        for change in changes {
            self.out.push(change.into_owned());
        }
    }

    /// Adds a change whose values are texts of our own making.
    pub(crate) fn push_text(
        &mut self,
        path: Str<'a>,
        op: ChangeOp,
        before: Option<String>,
        after: Option<String>,
    ) {
        let keep = |text: Option<String>| text.filter(|_| self.want != Want::Index).map(Cow::Owned);
        let (before, after) = (keep(before), keep(after));
        self.keep(Change { path, op, before, after, provenance: Provenance::Recorded });
    }
}

/// Returns a value as JSON text; a text that holds JSON as that JSON, where asked to.
pub(crate) fn json_text(node: Node<'_>, decode: bool) -> Str<'_> {
    if decode
        && let Some(inner) = node.as_str()
        && inner.trim_start().starts_with(['{', '[', '"'])
        && Doc::new().parse(&inner).is_ok()
    {
        return Cow::Owned(inner.trim().to_owned());
    }
    Cow::Borrowed(node.raw())
}

/// Returns the first value that is there under any of several paths.
pub(crate) fn first<'a>(node: Node<'a>, paths: &[Path]) -> Option<Node<'a>> {
    paths.iter().find_map(|path| path.first(node))
}

#[cfg(test)]
mod tests;
