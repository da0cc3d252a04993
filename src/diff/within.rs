//! What changed inside recorded values that have structure on both sides, found while records are mapped: so it
//! must cost next to nothing, and the same two values must always tell the same.
//!
//! Tells what [`json::diff`] tells, which it asks where arrays are not plain at first sight. Elements of an array
//! that are single values are named by the array, since their numbers say little. What stands at another place is
//! no change. Beyond the bounds a value is told whole, under the path it was recorded with.

mod named;

use std::borrow::Cow;

use super::json::{self, IDENTITIES, JsonOptions, Op};
use crate::domain::json::{Doc, Kind, Node, Path, Step, append, append_key};
use crate::domain::{Change, ChangeOp, Provenance, Str};

/// Most paths of one entry.
pub const MAX_PATHS: usize = 256;

/// Most bytes of the paths of one entry.
pub const MAX_BYTES: usize = 16 << 10;

/// Most values, keys counted, that are looked at in one entry.
pub const MAX_VALUES: usize = 8192;

/// How deep values are looked into.
const MAX_DEPTH: usize = 64;

/// How many times a text may hold JSON that holds a text that holds JSON.
const MAX_TEXTS: usize = 4;

/// Collects what changed inside the changes of one entry.
#[derive(Debug)]
pub struct Within<'a> {
    found: Vec<Change<'a>>,
    path: String,
    provenance: Provenance,
    depth: usize,
    texts: usize,
    left: Left,
    full: bool,
}

/// What of the bounds is left.
#[derive(Clone, Copy, Debug)]
struct Left {
    paths: usize,
    bytes: usize,
    values: usize,
}

impl Default for Within<'_> {
    fn default() -> Self {
        let left = Left { paths: MAX_PATHS, bytes: MAX_BYTES, values: MAX_VALUES };
        Within {
            found: Vec::new(),
            path: String::new(),
            provenance: Provenance::Recorded,
            depth: 0,
            texts: 0,
            left,
            full: false,
        }
    }
}

/// Whether a value has parts, or is a text that may hold some.
pub fn may_hold(node: Node<'_>) -> bool {
    is_container(node) || holds_json(node.raw())
}

fn is_container(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Array | Kind::Object)
}

/// Whether the JSON of a text looks as if the text held JSON itself; `{{` opens a template.
fn holds_json(raw: &str) -> bool {
    let behind = raw.strip_prefix('"').and_then(|text| text.strip_prefix(['{', '[']));
    behind.is_some_and(|rest| !rest.starts_with(['{', '%']))
}

/// Returns what changed inside changes whose values are texts.
pub fn within(changes: &[Change<'_>]) -> Vec<Change<'static>> {
    let mut all = Within::default();
    changes.iter().for_each(|change| all.look_text(change));
    all.found
}

impl<'a> Within<'a> {
    /// Looks into the two values of a change, if both have parts.
    pub fn look(&mut self, path: &str, before: Node<'a>, after: Node<'a>, provenance: Provenance) {
        let both = before.kind() == after.kind() && may_hold(before) && may_hold(after);
        if !both || before.raw() == after.raw() {
            return;
        }
        self.provenance = provenance;
        self.path.clear();
        self.path.push_str(path);
        let (known, left) = (self.found.len(), self.left);
        self.full = is_container(before) && !self.spend(before, after);
        if !is_container(before) {
            self.texts(before, after);
        } else if !self.full {
            self.value(before, after);
        }
        if self.full {
            self.found.truncate(known);
            self.left = Left { paths: 0, ..left };
            self.put(ChangeOp::Replace, text(before), text(after));
        }
    }

    /// Looks into the two values of a change where they are texts, if both have parts.
    pub fn look_text(&mut self, change: &Change<'_>) {
        let (Some(before), Some(after)) = (&change.before, &change.after) else { return };
        let parts = |text: &str| text.starts_with(['{', '[']) || holds_json(text);
        let (mut old, mut new) = (Doc::new(), Doc::new());
        if parts(before)
            && parts(after)
            && let (Ok(before), Ok(after)) = (old.parse(before), new.parse(after))
        {
            let mut part = self.part();
            part.look(&change.path, before, after, change.provenance);
            self.absorb(part);
        }
    }

    /// Returns a collector for values that do not live as long, with what is left of the bounds.
    pub fn part<'n>(&self) -> Within<'n> {
        Within {
            path: self.path.clone(),
            provenance: self.provenance,
            depth: self.depth,
            texts: self.texts,
            left: self.left,
            ..Within::default()
        }
    }

    /// Takes what a part found.
    pub fn absorb(&mut self, part: Within<'_>) {
        self.left = part.left;
        self.full |= part.full;
        for change in part.found {
            self.found.push(change.into_owned());
        }
    }

    /// Returns what was found.
    pub fn into_found(self) -> Vec<Change<'a>> {
        self.found
    }

    /// Takes the values of a change from the bounds; false where they are too many.
    fn spend(&mut self, before: Node<'_>, after: Node<'_>) -> bool {
        let values = before.extent() + after.extent();
        let left = self.left.values.checked_sub(values).filter(|_| self.left.paths > 0);
        self.left.values = left.unwrap_or(self.left.values);
        left.is_some()
    }

    fn value(&mut self, before: Node<'a>, after: Node<'a>) {
        if self.full || before.raw() == after.raw() {
            return;
        }
        match (before.kind(), after.kind()) {
            (Kind::Object, Kind::Object) if self.depth < MAX_DEPTH => self.object(before, after),
            (Kind::Array, Kind::Array) if self.depth < MAX_DEPTH => self.array(before, after),
            (Kind::String, Kind::String) if holds_json(before.raw()) && holds_json(after.raw()) => {
                if !self.texts(before, after) {
                    self.leaf(ChangeOp::Replace, text(before), text(after));
                }
            }
            _ if before.same(&after) => {}
            _ => self.leaf(ChangeOp::Replace, text(before), text(after)),
        }
    }

    /// Looks into two texts that hold JSON; false where they do not.
    fn texts(&mut self, before: Node<'_>, after: Node<'_>) -> bool {
        let (Some(old), Some(new)) = (before.as_str(), after.as_str()) else { return false };
        let (mut old_doc, mut new_doc) = (Doc::new(), Doc::new());
        let (Ok(old), Ok(new)) = (old_doc.parse(&old), new_doc.parse(&new)) else { return false };
        if self.texts >= MAX_TEXTS || !is_container(old) || old.kind() != new.kind() {
            return false;
        }
        if !self.spend(old, new) {
            return false;
        }
        let mut part = Within { texts: self.texts + 1, ..self.part() };
        part.value(old, new);
        self.absorb(part);
        true
    }

    fn leaf(&mut self, op: ChangeOp, before: Option<Str<'a>>, after: Option<Str<'a>>) {
        let left = self.left;
        match (left.paths.checked_sub(1), left.bytes.checked_sub(self.path.len())) {
            (Some(paths), Some(bytes)) => self.left = Left { paths, bytes, ..left },
            _ => return self.full = true,
        }
        self.put(op, before, after);
    }

    fn put(&mut self, op: ChangeOp, before: Option<Str<'a>>, after: Option<Str<'a>>) {
        let path = Cow::Owned(self.path.clone());
        self.found.push(Change { path, op, before, after, provenance: self.provenance });
    }

    /// Does something one step deeper.
    fn step(&mut self, step: impl FnOnce(&mut String), work: impl FnOnce(&mut Self)) {
        let above = self.path.len();
        step(&mut self.path);
        self.depth += 1;
        work(self);
        self.depth -= 1;
        self.path.truncate(above);
    }

    fn object(&mut self, before: Node<'a>, after: Node<'a>) {
        if is_alike(before, after) {
            for ((key, old), (_, new)) in before.members().zip(after.members()) {
                if old.raw() != new.raw() {
                    self.step(|path| append_key(path, &key.decode()), |this| this.value(old, new));
                }
            }
            return;
        }
        let (old, new) = (json::members(before), json::members(after));
        for (key, value) in &old {
            if after.get(key).is_none() {
                let gone = |this: &mut Self| this.leaf(ChangeOp::Remove, text(*value), None);
                self.step(|path| append_key(path, key), gone);
            }
        }
        let old: std::collections::HashMap<&str, Node<'a>> =
            old.iter().map(|(k, v)| (k.as_ref(), *v)).collect();
        for (key, value) in &new {
            let was = old.get(key.as_ref()).copied();
            self.step(
                |path| append_key(path, key),
                |this| match was {
                    Some(was) => this.value(was, *value),
                    None => this.leaf(ChangeOp::Add, None, text(*value)),
                },
            );
        }
    }

    fn array(&mut self, before: Node<'a>, after: Node<'a>) {
        let old: Vec<Node<'a>> = before.items().collect();
        let new: Vec<Node<'a>> = after.items().collect();
        let head = old.iter().zip(&new).take_while(|(a, b)| a.raw() == b.raw()).count();
        let (left, right) = (&old[head..], &new[head..]);
        let tail = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a.raw() == b.raw()).count();
        let (left, right) = (&left[..left.len() - tail], &right[..right.len() - tail]);
        if left.iter().chain(right).all(|node| !is_container(*node)) && left.len() + right.len() <= 32 {
            return self.single_values(left, right);
        }
        let named = IDENTITIES.iter().any(|name| old.iter().chain(&new).all(|node| node.get(name).is_some()));
        match (left, right) {
            _ if named => {
                if !self.named(&old, &new, (head, tail)) {
                    self.whole(before, after);
                }
            }
            ([a], [b]) => self.step(|path| push_index(path, head), |this| this.value(*a, *b)),
            (gone, []) => self.elements(head, gone, ChangeOp::Remove),
            ([], come) => self.elements(head, come, ChangeOp::Add),
            _ => self.whole(before, after),
        }
    }

    /// Single values of a list: those that went and those that came, however often they stand there.
    fn single_values(&mut self, old: &[Node<'a>], new: &[Node<'a>]) {
        let mut come: Vec<Node<'a>> = new.to_vec();
        for gone in old {
            match come.iter().position(|node| node.same(gone)) {
                Some(at) => _ = come.remove(at),
                None => self.leaf(ChangeOp::Remove, text(*gone), None),
            }
        }
        come.into_iter().for_each(|node| self.leaf(ChangeOp::Add, None, text(node)));
    }

    /// Elements that came or went, from a number on.
    fn elements(&mut self, from: usize, nodes: &[Node<'a>], op: ChangeOp) {
        for (at, node) in nodes.iter().enumerate() {
            let index = |path: &mut String| {
                if is_container(*node) {
                    push_index(path, from + at);
                }
            };
            let (before, after) = if op == ChangeOp::Add { (None, text(*node)) } else { (text(*node), None) };
            self.step(index, |this| this.leaf(op, before, after));
        }
    }

    /// What the structural diff tells of two arrays.
    fn whole(&mut self, before: Node<'_>, after: Node<'_>) {
        let delta = json::diff(before, after, &JsonOptions::default());
        for change in delta.changes.into_iter().filter(|change| change.op != Op::Move) {
            let sides = [&change.before, &change.after];
            let single = sides.into_iter().flatten().all(|text| !text.starts_with(['{', '[']));
            let steps = match change.path.steps.split_last() {
                Some((Step::Index(_), above)) if single => above,
                _ => change.path.steps.as_slice(),
            };
            let inner = Path { steps: steps.to_vec() }.to_string();
            self.step(|path| append(path, &inner), |this| this.told(change));
        }
    }

    /// A change that the structural diff tells; texts may hold JSON.
    fn told(&mut self, change: json::Change) {
        let json::Change { op, before, after, .. } = change;
        let (mut old, mut new) = (Doc::new(), Doc::new());
        if let (Op::Replace, Some(before), Some(after)) = (op, &before, &after)
            && let (Ok(before), Ok(after)) = (old.parse(before), new.parse(after))
            && holds_json(before.raw())
            && holds_json(after.raw())
            && self.texts(before, after)
        {
            return;
        }
        let op = match op {
            Op::Add | Op::Move => ChangeOp::Add,
            Op::Remove => ChangeOp::Remove,
            Op::Replace => ChangeOp::Replace,
        };
        self.leaf(op, before.map(Cow::Owned), after.map(Cow::Owned));
    }
}

fn text(node: Node<'_>) -> Option<Str<'_>> {
    Some(Cow::Borrowed(node.raw()))
}

/// Whether two objects have the same keys in the same order, none twice.
fn is_alike(before: Node<'_>, after: Node<'_>) -> bool {
    before.len() == after.len()
        && before.members().zip(after.members()).all(|((a, _), (b, _))| a.raw() == b.raw())
        && !repeats(before)
}

/// Whether an object repeats a key.
fn repeats(object: Node<'_>) -> bool {
    if object.len() > 16 {
        return json::members(object).len() < object.len();
    }
    let mut rest = object.members();
    while let Some((key, _)) = rest.next() {
        if rest.clone().any(|(other, _)| other.raw() == key.raw()) {
            return true;
        }
    }
    false
}

fn push_index(path: &mut String, at: usize) {
    use std::fmt::Write as _;
    write!(path, "[{at}]").expect("a string takes all");
}

#[cfg(test)]
mod tests;
