//! Which format a record is of: the predicates of all formats, joined into one tree so that a record is walked
//! once, and tried in an order that is computed from the formats' samples, never written by hand.

mod wrapped;

use std::sync::Arc;

use super::format::plan::{Demand, Detect, Plan, ROOT};
use super::format::trie::{NOWHERE, Trie};
use super::format::{Format, Formats};
use crate::domain::json::{Doc, Kind, Node, Path, Step};

pub(crate) use wrapped::Wrapped;

/// Recognises records: compiled formats in the order in which they are tried.
#[derive(Debug)]
pub(crate) struct Detector {
    formats: Vec<Arc<Format>>,
    predicates: Vec<Predicate>,
    trie: Trie,
    slots: usize,
}

/// What a format demands of a record, by places in the joined tree.
#[derive(Clone, Debug, Default)]
struct Predicate {
    all: Vec<Place>,
    any: Vec<Vec<Place>>,
    none: Vec<Place>,
}

/// A demand and where the tree finds its value.
#[derive(Clone, Debug)]
struct Place {
    slot: u16,
    demand: Demand,
}

impl Detector {
    /// Joins the predicates of these formats and orders them so that the more specific come first: one that
    /// fits fewer of the others' samples.
    pub(crate) fn new(mut formats: Vec<Arc<Format>>) -> Detector {
        formats.retain(|format| !format.generic);
        let mut paths = Vec::new();
        let predicates: Vec<_> =
            formats.iter().map(|format| Predicate::new(&format.plan.detect, &mut paths)).collect();
        let keyed: Vec<_> = paths
            .iter()
            .enumerate()
            .map(|(slot, keys)| (keys.iter().map(String::as_str).collect(), slot as u16))
            .collect();
        let trie = Trie::new(&keyed);
        let mut detector = Detector { formats, predicates, trie, slots: paths.len() };
        detector.order();
        detector
    }

    fn order(&mut self) {
        let mut foreign = vec![0usize; self.formats.len()];
        let (mut found, mut doc) = (Vec::new(), Doc::new());
        for (owner, format) in self.formats.iter().enumerate() {
            for sample in &format.samples {
                let Ok(root) = doc.parse(&sample.record) else { continue };
                self.walk(root, &mut found);
                for (at, predicate) in self.predicates.iter().enumerate() {
                    foreign[at] += usize::from(at != owner && predicate.holds(root, &found));
                }
            }
        }
        let rank = |at: &usize| {
            let detect = &self.formats[*at].plan.detect;
            let demands = detect.all.len() + detect.any.iter().map(Vec::len).min().unwrap_or(0);
            let format = &self.formats[*at];
            (format.envelope, foreign[*at], usize::MAX - demands, &format.name)
        };
        let mut order: Vec<usize> = (0..self.formats.len()).collect();
        order.sort_by(|a, b| rank(a).cmp(&rank(b)));
        self.formats = order.iter().map(|&at| self.formats[at].clone()).collect();
        self.predicates = order.iter().map(|&at| self.predicates[at].clone()).collect();
    }

    /// Returns the formats in the order in which they are tried.
    pub(crate) fn formats(&self) -> &[Arc<Format>] {
        &self.formats
    }

    fn walk(&self, root: Node<'_>, found: &mut Vec<u32>) {
        found.clear();
        found.resize(self.slots, NOWHERE);
        self.trie.walk(root, found);
    }

    /// Returns the first format that a record is of. Envelopes come last: see [`Format::envelope`].
    pub(crate) fn find(&self, root: Node<'_>, found: &mut Vec<u32>) -> Option<&Arc<Format>> {
        if root.kind() != Kind::Object {
            return None;
        }
        self.walk(root, found);
        self.first(root, found)
    }

    /// The same for a record whose keys were written in small letters by a collector.
    fn find_any_case(&self, root: Node<'_>, found: &mut Vec<u32>) -> Option<&Arc<Format>> {
        if !is_small(root) {
            return None;
        }
        found.clear();
        found.resize(self.slots, NOWHERE);
        self.trie.walk_any_case(root, found);
        self.first(root, found)
    }

    fn first(&self, root: Node<'_>, found: &[u32]) -> Option<&Arc<Format>> {
        let fits = self.predicates.iter().position(|predicate| predicate.holds(root, found));
        fits.map(|at| &self.formats[at])
    }
}

/// Whether all keys are in small letters, so that they may have been others.
fn is_small(root: Node<'_>) -> bool {
    root.kind() == Kind::Object
        && root.members().all(|(key, _)| !key.decode().contains(|c: char| c.is_ascii_uppercase()))
}

impl Predicate {
    fn new(detect: &Detect, paths: &mut Vec<Vec<String>>) -> Predicate {
        let mut place = |demand: &Demand| {
            let keys = keys_of(&demand.path.text);
            let slot = if keys.is_empty() {
                ROOT
            } else {
                let at = paths.iter().position(|known| *known == keys);
                let at = at.unwrap_or_else(|| {
                    paths.push(keys);
                    paths.len() - 1
                });
                at as u16
            };
            Place { slot, demand: demand.clone() }
        };
        Predicate {
            all: detect.all.iter().map(&mut place).collect(),
            any: detect.any.iter().map(|group| group.iter().map(&mut place).collect()).collect(),
            none: detect.none.iter().map(&mut place).collect(),
        }
    }

    /// Whether a record is as demanded. A format that demands nothing fits nothing.
    fn holds(&self, root: Node<'_>, found: &[u32]) -> bool {
        let meets = |place: &Place| meets(place.slot, &place.demand, root, found);
        (!self.all.is_empty() || !self.any.is_empty())
            && self.all.iter().all(meets)
            && (self.any.is_empty() || self.any.iter().any(|group| group.iter().all(meets)))
            && !self.none.iter().any(meets)
    }
}

/// Returns the keys that a path begins with.
fn keys_of(text: &str) -> Vec<String> {
    let path: Path = text.parse().unwrap_or_default();
    let key = |step| if let Step::Key(key) = step { Some(key) } else { None };
    path.steps.into_iter().map_while(key).collect()
}

/// How a record is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fit {
    /// Where in it the vendor's record lies.
    pub(crate) wrapped: Wrapped,
    /// Its keys are in another case than the vendor's.
    pub(crate) any_case: bool,
    /// What lies around it is the vendor's own doing, as its format states, and not that of a bus or a store:
    /// the same record comes without it too.
    pub(crate) own: bool,
}

impl Fit {
    /// The record as it is.
    pub(crate) const PLAIN: Fit = Fit { wrapped: Wrapped::Not, any_case: false, own: false };

    fn inside(wrapped: Wrapped, own: bool) -> Fit {
        Fit { wrapped, any_case: false, own }
    }
}

impl Formats {
    /// Returns how a record is to be read as one of this format; `None` where it does not fit.
    pub(crate) fn fit(&self, format: &Format, root: Node<'_>, found: &mut Vec<u32>) -> Option<Fit> {
        if fits(&format.plan, root, found) {
            return Some(Fit::PLAIN);
        }
        let generic = self.generic();
        let mut test = |inner: Node<'_>| fits(&format.plan, inner, found).then_some(());
        for (wrappers, own) in [(&generic.plan.unwrap, false), (&format.plan.unwrap, true)] {
            if let Some(((), wrapped)) = wrapped::search(root, &[wrappers], &mut test) {
                return Some(Fit::inside(wrapped, own));
            }
        }
        let any_case = is_small(root) && fits_how(&format.plan, root, found, true);
        any_case.then_some(Fit { any_case, ..Fit::PLAIN })
    }

    /// Returns the format of a record and how it is to be read.
    pub(crate) fn find(&self, root: Node<'_>, found: &mut Vec<u32>) -> (Arc<Format>, Fit) {
        let detector = self.detector();
        let direct = detector.find(root, found).cloned();
        if let Some(format) = direct.as_ref().filter(|format| !format.envelope) {
            return (format.clone(), Fit::PLAIN);
        }
        let generic = self.generic();
        let mut wrappers = vec![&generic.plan.unwrap];
        wrappers.extend(direct.as_ref().map(|envelope| &envelope.plan.unwrap));
        let vendor = |format: &&Arc<Format>| !format.envelope;
        let mut test = |inner: Node<'_>| detector.find(inner, found).filter(vendor).cloned();
        if let Some((format, wrapped)) = wrapped::search(root, &wrappers, &mut test) {
            return (format, Fit::inside(wrapped, false));
        }
        // A wrapper that only one format names leads to records of that format alone.
        for format in detector.formats().iter().filter(|format| !format.envelope) {
            let mut test = |inner: Node<'_>| fits(&format.plan, inner, found).then_some(());
            if !format.plan.unwrap.is_empty()
                && let Some(((), wrapped)) = wrapped::search(root, &[&format.plan.unwrap], &mut test)
            {
                return (format.clone(), Fit::inside(wrapped, true));
            }
        }
        if let Some(envelope) = direct {
            return (envelope, Fit::PLAIN);
        }
        let mut test = |inner: Node<'_>| detector.find(inner, found).cloned();
        if let Some((format, wrapped)) = wrapped::search(root, &wrappers, &mut test) {
            return (format, Fit::inside(wrapped, false));
        }
        match detector.find_any_case(root, found) {
            Some(format) => (format.clone(), Fit { any_case: true, ..Fit::PLAIN }),
            None => (generic, Fit::PLAIN),
        }
    }

    /// Chooses the format of a source from a sample of its first records: the one that most are of.
    pub fn detect(&self, sample: &[Node<'_>]) -> Arc<Format> {
        let mut found = Vec::new();
        let mut counts: Vec<(Arc<Format>, usize)> = Vec::new();
        for &record in sample {
            let (format, _) = self.find(record, &mut found);
            match counts.iter_mut().find(|(known, _)| Arc::ptr_eq(known, &format)) {
                Some((_, count)) => *count += 1,
                None => counts.push((format, 1)),
            }
        }
        let specific = counts.iter().filter(|(format, _)| !format.generic);
        let best = specific.max_by_key(|(_, count)| *count).or(counts.first());
        best.map_or_else(|| self.generic(), |(format, _)| format.clone())
    }
}

/// Whether a record is as a plan's predicate says. A plan without one fits nothing. Leaves the places of the
/// plan's paths in `found`.
pub(crate) fn fits(plan: &Plan, root: Node<'_>, found: &mut Vec<u32>) -> bool {
    fits_how(plan, root, found, false)
}

fn fits_how(plan: &Plan, root: Node<'_>, found: &mut Vec<u32>, any_case: bool) -> bool {
    let detect = &plan.detect;
    if root.kind() != Kind::Object || (detect.all.is_empty() && detect.any.is_empty()) {
        return false;
    }
    let Some(scope) = plan.scopes.first() else { return false };
    found.clear();
    found.resize(plan.slots, NOWHERE);
    match any_case {
        true => scope.trie.walk_any_case(root, found),
        false => scope.trie.walk(root, found),
    }
    // The record's scope is the first, so its slots begin at 0.
    let meets = |demand: &Demand| meets(demand.path.slot, demand, root, found);
    detect.all.iter().all(meets)
        && (detect.any.is_empty() || detect.any.iter().any(|group| group.iter().all(meets)))
        && !detect.none.iter().any(meets)
}

fn meets(slot: u16, demand: &Demand, root: Node<'_>, found: &[u32]) -> bool {
    let node = match found.get(usize::from(slot)) {
        _ if slot == ROOT => Some(root),
        Some(&place) if place != NOWHERE => root.at_ordinal(place as usize),
        _ => None,
    };
    let node = match &demand.path.rest {
        None => node,
        Some(rest) => node.and_then(|node| rest.first(node)),
    };
    node.is_some_and(|node| demand.shapes.iter().any(|shape| shape.fits(node)))
}

#[cfg(test)]
mod tests;
