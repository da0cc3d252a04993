//! Going through two values side by side and writing down what differs.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::time::Instant;

use super::digest::Digests;
use super::elements::{ElementChange, Identities, identity, members};
use super::leaves::Leaves;
use super::{ArrayMatch, Change, Delta, JsonOptions, Matched, Op};
use crate::diff::align::{self, Gap};
use crate::domain::json::{Kind, Node, Path, Step};

/// How deep arrays may stand in arrays that are compared in two ways.
const MAX_RETRIES: usize = 4;

/// How deep values are looked into, to spare the stack; what differs deeper is told as replaced there.
const MAX_STEPS: usize = 200;

/// Numbers written in another way that are told at most.
const MAX_RESPELT: usize = 100;

/// The comparison under way.
pub(super) struct Differ<'o> {
    options: &'o JsonOptions,
    old: Digests,
    new: Digests,
    path: Path,
    pub(super) out: Delta,
    retries: usize,
}

/// How far the result was before an attempt.
struct Mark {
    changes: usize,
    equal: usize,
    equal_count: usize,
    arrays: usize,
}

impl<'o> Differ<'o> {
    pub(super) fn new(options: &'o JsonOptions, old: Digests, new: Digests) -> Differ<'o> {
        Differ { options, old, new, path: Path::default(), out: Delta::default(), retries: 0 }
    }

    pub(super) fn value(&mut self, before: Node<'_>, after: Node<'_>) {
        if self.old.get(before) == self.new.get(after) {
            self.respelt(before, after);
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

    /// Looks in equal values for numbers that are written in another way.
    fn respelt(&mut self, before: Node<'_>, after: Node<'_>) {
        let deep = self.path.steps.len() >= MAX_STEPS;
        if deep || self.out.respelt.len() >= MAX_RESPELT || before.raw() == after.raw() {
            return;
        }
        match after.kind() {
            Kind::Number => {
                let texts = (before.raw().to_owned(), after.raw().to_owned());
                self.out.respelt.push((self.path.clone(), texts.0, texts.1));
            }
            Kind::Array => {
                for (at, (a, b)) in before.items().zip(after.items()).enumerate() {
                    let step = Step::Index(i32::try_from(at).unwrap_or(i32::MAX));
                    self.within(step, |this| this.respelt(a, b));
                }
            }
            Kind::Object => {
                let old: HashMap<Cow<'_, str>, Node<'_>> = members(before).into_iter().collect();
                for (key, b) in members(after) {
                    let Some(a) = old.get(key.as_ref()).copied() else { continue };
                    self.within(Step::Key(key.into_owned()), |this| this.respelt(a, b));
                }
            }
            _ => {}
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
            // Deeper still, every level tried in two ways would double the work.
            _ if self.retries > MAX_RETRIES => self.by_position(&old, &new),
            ArrayMatch::Identity => match identity(&old, &new) {
                Some((member, ids)) => self.identified(&old, &new, member, &ids),
                None => self.by_content(&old, &new),
            },
            ArrayMatch::Content => self.by_content(&old, &new),
            ArrayMatch::Position => self.by_position(&old, &new),
        }
    }

    /// Pairs by identity; where that tells more values as changed than lie at other places, because what
    /// identifies the elements was exchanged between them, compares by position.
    fn identified(&mut self, old: &[Node<'_>], new: &[Node<'_>], member: &'static str, ids: &Identities) {
        let mark = self.mark();
        self.by_identity(old, new, member, ids);
        let told = self.out.changes.iter().skip(mark.changes).filter(|change| change.op != Op::Move).count();
        if told > self.elements_differing(old, new) && !self.out.coarse {
            self.limit(&mark, told, old, new);
        }
    }

    /// Compares by position what was found since a mark to hold more changes than that would.
    fn limit(&mut self, mark: &Mark, told: usize, old: &[Node<'_>], new: &[Node<'_>]) {
        let count = Leaves { old: &self.old, new: &self.new };
        if told > count.of_elements(old.iter().copied(), new.iter().copied(), told) {
            self.take_since(mark);
            self.retries += 1;
            self.by_position(old, new);
            self.retries -= 1;
        }
    }

    /// Returns how many elements differ from those of the same number: the fewest changes there can be.
    fn elements_differing(&self, old: &[Node<'_>], new: &[Node<'_>]) -> usize {
        let differing = old.iter().zip(new).filter(|(a, b)| self.old.get(**a) != self.new.get(**b)).count();
        differing + old.len().abs_diff(new.len())
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
        let found = self.out.changes.len() - mark.changes;
        if found <= self.elements_differing(old, new) || self.out.coarse {
            return;
        }
        if self.retries == MAX_RETRIES {
            return self.limit(&mark, found, old, new);
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
        let (old_digests, new_digests) = self.digests(old, new);
        let sets = is_set(old, &old_digests) && is_set(new, &new_digests);
        let how = if sets { Matched::Set } else { Matched::Content };
        self.out.arrays.push((self.path.clone(), how));
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

/// Whether all elements are scalars and different from each other.
fn is_set(elements: &[Node<'_>], digests: &[u64]) -> bool {
    let scalar = |node: &Node<'_>| !matches!(node.kind(), Kind::Array | Kind::Object);
    let mut seen = HashSet::with_capacity(digests.len());
    elements.iter().all(scalar) && digests.iter().all(|digest| seen.insert(digest))
}
