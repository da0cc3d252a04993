//! The structural diff of two JSON values: which paths differ, whatever the order of keys.

mod digest;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::RandomState;
use std::time::Instant;

use super::align::{self, Gap};
use crate::domain::json::{Kind, Node, Path, Step};
use crate::domain::{self, ChangeOp, Provenance};
use digest::Digests;

/// Members that identify the elements of an array, in the order they are tried.
pub const IDENTITIES: [&str; 4] = ["id", "key", "name", "uuid"];

/// How the elements of two arrays are paired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ArrayMatch {
    /// By `id`, `key`, `name` or `uuid` where every element has one of its own, else by content.
    #[default]
    Identity,
    /// By equal values; what is left over in order.
    Content,
    /// By their number in the array.
    Position,
}

impl ArrayMatch {
    /// Returns how it is called on the screen.
    pub fn name(self) -> &'static str {
        match self {
            ArrayMatch::Identity => "by id",
            ArrayMatch::Content => "by content",
            ArrayMatch::Position => "by position",
        }
    }

    /// Returns the next one, for a key that walks through them.
    pub fn next(self) -> ArrayMatch {
        match self {
            ArrayMatch::Identity => ArrayMatch::Content,
            ArrayMatch::Content => ArrayMatch::Position,
            ArrayMatch::Position => ArrayMatch::Identity,
        }
    }
}

/// What a diff is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonOptions {
    /// How arrays are matched.
    pub arrays: ArrayMatch,
    /// When to stop looking closer; `None` takes the time it needs.
    pub deadline: Option<Instant>,
    /// Whether equal parts are listed and not only counted.
    pub list_equal: bool,
}

/// What differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta {
    /// The changes in the order of the text.
    pub changes: Vec<Change>,
    /// Equal parts, each the largest possible; listed on demand, else only counted.
    pub equal: Vec<(Path, String)>,
    /// How many equal parts there are beside what changed.
    pub equal_count: usize,
    /// How the arrays with changes were matched.
    pub arrays: Vec<(Path, Matched)>,
    /// The deadline passed, or the values nest too deep: some values are told as replaced that were not looked into.
    pub coarse: bool,
    /// Some object repeats a key; only the last value of such a key is compared.
    pub repeated_keys: bool,
}

/// How an array was matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// By this member.
    By(&'static str),
    /// By equal values.
    Content,
    /// By number.
    Position,
}

/// One path that differs.
///
/// Elements of arrays are named by identity where matched so, else by number: the number after the change,
/// for a removed element the number before. So the changes of one array apply in this order: take out all
/// that is removed or moved, put in what is added or moved by rising `to`, then go into elements.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where.
    pub path: Path,
    /// What happened.
    pub op: Op,
    /// JSON text before; `None` where there was nothing.
    pub before: Option<String>,
    /// JSON text after; `None` where there is nothing.
    pub after: Option<String>,
    /// Number in the array before, of an element removed or moved.
    pub from: Option<usize>,
    /// Number in the array after, of an element added or moved.
    pub to: Option<usize>,
}

/// What happened at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Came to be.
    Add,
    /// Ceased to be.
    Remove,
    /// Got another value.
    Replace,
    /// An element of an array that stands at another place.
    Move,
}

impl Change {
    /// Returns the change as an entry carries it; a move is an addition after a removal there, and is left
    /// out here because its value is the same.
    pub fn into_domain(self, provenance: Provenance) -> Option<domain::Change<'static>> {
        let op = match self.op {
            Op::Add => ChangeOp::Add,
            Op::Remove => ChangeOp::Remove,
            Op::Replace => ChangeOp::Replace,
            Op::Move => return None,
        };
        Some(domain::Change {
            path: self.path.to_string().into(),
            op,
            before: self.before.map(Into::into),
            after: self.after.map(Into::into),
            provenance,
        })
    }
}

/// Compares two values.
pub fn diff(before: Node<'_>, after: Node<'_>, options: &JsonOptions) -> Delta {
    let seed = RandomState::new();
    let (old, new) = (Digests::of(before, &seed), Digests::of(after, &seed));
    let repeated_keys = old.repeats || new.repeats;
    let mut differ = Differ { options, old, new, path: Path::default(), out: Delta::default(), retries: 0 };
    differ.value(before, after);
    differ.out.repeated_keys = repeated_keys;
    differ.out
}

/// How deep arrays may stand in arrays that are compared in two ways.
const MAX_RETRIES: usize = 4;

/// How deep values are looked into, to spare the stack; what differs deeper is told as replaced there.
const MAX_STEPS: usize = 200;

struct Differ<'o> {
    options: &'o JsonOptions,
    old: Digests,
    new: Digests,
    path: Path,
    out: Delta,
    retries: usize,
}

/// How far the result was before an attempt.
struct Mark {
    changes: usize,
    equal: usize,
    equal_count: usize,
    arrays: usize,
}

impl Differ<'_> {
    fn value(&mut self, before: Node<'_>, after: Node<'_>) {
        if self.old.get(before) == self.new.get(after) {
            return self.equal(after);
        }
        let late = self.path.steps.len() >= MAX_STEPS
            || self.options.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        match (before.kind(), after.kind()) {
            (Kind::Object, Kind::Object) if !late => self.object(before, after),
            (Kind::Array, Kind::Array) if !late => self.array(before, after),
            (kind, _) => {
                self.out.coarse |= late && kind == after.kind() && !before.is_empty();
                self.change(Op::Replace, Some(before), Some(after), None, None);
            }
        }
    }

    fn equal(&mut self, after: Node<'_>) {
        self.out.equal_count += 1;
        if self.options.list_equal {
            self.out.equal.push((self.path.clone(), after.raw().to_owned()));
        }
    }

    fn change(
        &mut self,
        op: Op,
        before: Option<Node<'_>>,
        after: Option<Node<'_>>,
        from: Option<usize>,
        to: Option<usize>,
    ) {
        let text = |node: Node<'_>| node.raw().to_owned();
        let path = self.path.clone();
        self.out.changes.push(Change {
            path,
            op,
            before: before.map(text),
            after: after.map(text),
            from,
            to,
        });
    }

    fn within(&mut self, step: Step, work: impl FnOnce(&mut Self)) {
        self.path.steps.push(step);
        work(self);
        self.path.steps.pop();
    }

    fn object(&mut self, before: Node<'_>, after: Node<'_>) {
        let old: HashMap<Cow<'_, str>, Node<'_>> = members(before).into_iter().collect();
        let new_members = members(after);
        let mut gone = members(before);
        let new: HashSet<&str> = new_members.iter().map(|(key, _)| key.as_ref()).collect();
        gone.retain(|(key, _)| !new.contains(key.as_ref()));
        for (key, value) in gone {
            let step = Step::Key(key.into_owned());
            self.within(step, |this| this.change(Op::Remove, Some(value), None, None, None));
        }
        for (key, value) in &new_members {
            let was = old.get(key.as_ref()).copied();
            self.within(Step::Key(key.clone().into_owned()), |this| match was {
                Some(was) => this.value(was, *value),
                None => this.change(Op::Add, None, Some(*value), None, None),
            });
        }
    }

    fn array(&mut self, before: Node<'_>, after: Node<'_>) {
        let old: Vec<Node<'_>> = before.items().collect();
        let new: Vec<Node<'_>> = after.items().collect();
        match self.options.arrays {
            ArrayMatch::Identity => match identity(&old, &new) {
                Some((member, ids)) => self.by_identity(&old, &new, member, &ids),
                None => self.by_content(&old, &new),
            },
            ArrayMatch::Content => self.by_content(&old, &new),
            ArrayMatch::Position => self.by_position(&old, &new),
        }
    }

    fn by_identity(&mut self, old: &[Node<'_>], new: &[Node<'_>], member: &'static str, ids: &Identities) {
        self.out.arrays.push((self.path.clone(), Matched::By(member)));
        let places: HashMap<&str, usize> = ids.old.iter().map(String::as_str).zip(0..).collect();
        let kept: HashSet<&str> = ids.new.iter().map(String::as_str).collect();
        let step = |id: &str| Step::Where(member.to_owned(), id.to_owned());
        for (at, id) in ids.old.iter().enumerate().filter(|(_, id)| !kept.contains(id.as_str())) {
            self.within(step(id), |this| this.change(Op::Remove, Some(old[at]), None, Some(at), None));
        }
        let order: Vec<usize> = ids.new.iter().filter_map(|id| places.get(id.as_str()).copied()).collect();
        let mut in_order = align::longest_rising(&order).into_iter();
        for (at, id) in ids.new.iter().enumerate() {
            let was = places.get(id.as_str()).copied();
            self.within(step(id), |this| match was {
                None => this.change(Op::Add, None, Some(new[at]), None, Some(at)),
                Some(was) => {
                    if in_order.next() == Some(false) {
                        this.change(Op::Move, Some(old[was]), Some(new[at]), Some(was), Some(at));
                    }
                    this.value(old[was], new[at]);
                }
            });
        }
    }

    /// Aligns equal elements; where comparing by position tells the change in fewer paths, does that.
    fn by_content(&mut self, old: &[Node<'_>], new: &[Node<'_>]) {
        let mark = self.mark();
        self.aligned(old, new);
        let (old_digests, new_digests) = self.digests(old, new);
        let differing = old_digests.iter().zip(&new_digests).filter(|(a, b)| a != b).count();
        let at_least = differing + old.len().abs_diff(new.len());
        let found = self.out.changes.len() - mark.changes;
        if found <= at_least || self.retries == MAX_RETRIES || self.out.coarse {
            return;
        }
        self.retries += 1;
        let aligned = self.take_since(&mark);
        self.by_position(old, new);
        if self.out.changes.len() - mark.changes >= found {
            self.take_since(&mark);
            self.put_back(aligned);
        }
        self.retries -= 1;
    }

    fn digests(&self, old: &[Node<'_>], new: &[Node<'_>]) -> (Vec<u64>, Vec<u64>) {
        let old = old.iter().map(|&node| self.old.get(node)).collect();
        (old, new.iter().map(|&node| self.new.get(node)).collect())
    }

    fn aligned(&mut self, old: &[Node<'_>], new: &[Node<'_>]) {
        self.out.arrays.push((self.path.clone(), Matched::Content));
        let (old_digests, new_digests) = self.digests(old, new);
        let alignment = align::by_content(&old_digests, &new_digests, self.options.deadline);
        let mut plan: Vec<(usize, ElementChange)> = Vec::new();
        plan.extend(alignment.equal.iter().map(|&(a, b)| (b, ElementChange::Both(a, b))));
        plan.extend(alignment.moved.iter().map(|&(a, b)| (b, ElementChange::Moved(a, b))));
        for gap in &alignment.gaps {
            self.plan_gap(gap, old, new, &mut plan);
        }
        plan.sort_by_key(|(order, change)| (*order, change.rank()));
        for (_, change) in plan {
            self.element(change, old, new);
        }
    }

    fn plan_gap(
        &self,
        gap: &Gap,
        old: &[Node<'_>],
        new: &[Node<'_>],
        plan: &mut Vec<(usize, ElementChange)>,
    ) {
        let pairs = align::pair_up(gap, |a, b| self.similarity(old[a], new[b]));
        let paired = |side: fn(&(usize, usize)) -> usize| pairs.iter().map(side).collect::<HashSet<_>>();
        let (left, right) = (paired(|pair| pair.0), paired(|pair| pair.1));
        plan.extend(pairs.iter().map(|&(a, b)| (b, ElementChange::Both(a, b))));
        let gone = gap.old.iter().filter(|at| !left.contains(at));
        plan.extend(gone.map(|&a| (gap.at, ElementChange::Removed(a))));
        let come = gap.new.iter().filter(|at| !right.contains(at));
        plan.extend(come.map(|&b| (b, ElementChange::Added(b))));
    }

    /// The part of members that two objects have in common, 0 for anything else.
    fn similarity(&self, before: Node<'_>, after: Node<'_>) -> f32 {
        if before.kind() != Kind::Object || after.kind() != Kind::Object {
            return if before.kind() == after.kind() { 0.1 } else { 0.0 };
        }
        let shared = members(before).into_iter().filter(|(key, value)| {
            after.get(key).is_some_and(|other| self.old.get(*value) == self.new.get(other))
        });
        shared.count() as f32 / before.len().max(after.len()).max(1) as f32
    }

    fn element(&mut self, change: ElementChange, old: &[Node<'_>], new: &[Node<'_>]) {
        let index = |at: usize| Step::Index(i32::try_from(at).unwrap_or(i32::MAX));
        match change {
            ElementChange::Both(a, b) => self.within(index(b), |this| this.value(old[a], new[b])),
            ElementChange::Moved(a, b) => self.within(index(b), |this| {
                this.change(Op::Move, Some(old[a]), Some(new[b]), Some(a), Some(b));
            }),
            ElementChange::Removed(a) => {
                self.within(index(a), |this| {
                    this.change(Op::Remove, Some(old[a]), None, Some(a), None);
                });
            }
            ElementChange::Added(b) => {
                self.within(index(b), |this| this.change(Op::Add, None, Some(new[b]), None, Some(b)));
            }
        }
    }

    fn by_position(&mut self, old: &[Node<'_>], new: &[Node<'_>]) {
        self.out.arrays.push((self.path.clone(), Matched::Position));
        let shared = old.len().min(new.len());
        for at in 0..shared {
            self.element(ElementChange::Both(at, at), old, new);
        }
        for at in shared..old.len() {
            self.element(ElementChange::Removed(at), old, new);
        }
        for at in shared..new.len() {
            self.element(ElementChange::Added(at), old, new);
        }
    }

    fn mark(&self) -> Mark {
        Mark {
            changes: self.out.changes.len(),
            equal: self.out.equal.len(),
            equal_count: self.out.equal_count,
            arrays: self.out.arrays.len(),
        }
    }

    /// Takes back what was found since a mark and returns it.
    fn take_since(&mut self, mark: &Mark) -> Delta {
        let found = Delta {
            changes: self.out.changes.split_off(mark.changes),
            equal: self.out.equal.split_off(mark.equal),
            equal_count: self.out.equal_count - mark.equal_count,
            arrays: self.out.arrays.split_off(mark.arrays),
            ..Delta::default()
        };
        self.out.equal_count = mark.equal_count;
        found
    }

    fn put_back(&mut self, found: Delta) {
        self.out.changes.extend(found.changes);
        self.out.equal.extend(found.equal);
        self.out.equal_count += found.equal_count;
        self.out.arrays.extend(found.arrays);
    }
}

/// What happened to one element: numbers before and after.
#[derive(Clone, Copy)]
enum ElementChange {
    Removed(usize),
    Both(usize, usize),
    Moved(usize, usize),
    Added(usize),
}

impl ElementChange {
    /// Removed elements stand before what took their place, in their own order.
    fn rank(self) -> (bool, usize) {
        match self {
            ElementChange::Removed(at) => (false, at),
            ElementChange::Both(_, at) | ElementChange::Moved(_, at) | ElementChange::Added(at) => (true, at),
        }
    }
}

/// Returns the members of an object, each key once with its last value, in the order of the text.
fn members(node: Node<'_>) -> Vec<(Cow<'_, str>, Node<'_>)> {
    let all: Vec<_> = node.members().map(|(key, value)| (key.decode(), value)).collect();
    let mut last: HashMap<&str, usize> = HashMap::with_capacity(all.len());
    for (at, (key, _)) in all.iter().enumerate() {
        last.insert(key, at);
    }
    if last.len() == all.len() {
        return all;
    }
    let keep: HashSet<usize> = last.into_values().collect();
    all.into_iter().enumerate().filter(|(at, _)| keep.contains(at)).map(|(_, member)| member).collect()
}

/// The identities of two arrays' elements.
struct Identities {
    old: Vec<String>,
    new: Vec<String>,
}

/// Returns the first member that tells all elements apart on both sides and joins at least one pair.
fn identity(old: &[Node<'_>], new: &[Node<'_>]) -> Option<(&'static str, Identities)> {
    IDENTITIES.into_iter().find_map(|member| {
        let ids = Identities { old: identities(old, member)?, new: identities(new, member)? };
        let known: HashSet<&String> = ids.old.iter().collect();
        let joined = old.is_empty() || new.is_empty() || ids.new.iter().any(|id| known.contains(id));
        joined.then_some((member, ids))
    })
}

fn identities(elements: &[Node<'_>], member: &str) -> Option<Vec<String>> {
    let mut seen = HashSet::with_capacity(elements.len());
    let mut ids = Vec::with_capacity(elements.len());
    for element in elements {
        let id = element.get(member)?;
        if !matches!(id.kind(), Kind::String | Kind::Number) {
            return None;
        }
        let id = id.scalar()?.into_owned();
        if !seen.insert(id.clone()) {
            return None;
        }
        ids.push(id);
    }
    Some(ids)
}

#[cfg(test)]
mod tests;
