//! Which format a record is of: the predicates of all formats, joined into one tree so that a record is walked
//! once. Where it fits several, an order decides that is computed from the formats' samples, never written by hand;
//! most records fit one, so it is computed when it is first asked for.

mod wrapped;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::format::head::Head;
use super::format::plan::{Demand, Detect, Plan, ROOT};
use super::format::trie::{NOWHERE, Trie};
use super::format::{Format, Formats};
use crate::domain::json::{Doc, Kind, Node, Path, Step};

pub(crate) use wrapped::{Look, Wrapped, texts};

/// Slots by the keys of paths.
type Slots = HashMap<Vec<String>, u16>;

/// Recognises records: what all formats but the generic one demand of theirs.
#[derive(Debug)]
pub(crate) struct Detector {
    heads: Vec<Head>,
    predicates: Vec<Predicate>,
    trie: Trie,
    slots: usize,
    /// The place of each in the order in which they are tried.
    ranks: OnceLock<Vec<usize>>,
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
    /// Joins the predicates of these formats.
    pub(crate) fn new(heads: Vec<Head>) -> Detector {
        let mut slots = HashMap::new();
        let predicates: Vec<_> = heads.iter().map(|head| Predicate::new(&head.detect, &mut slots)).collect();
        let mut keyed: Vec<(Vec<&str>, u16)> =
            slots.iter().map(|(keys, slot)| (keys.iter().map(String::as_str).collect(), *slot)).collect();
        keyed.sort_by_key(|(_, slot)| *slot);
        let slots = keyed.len();
        Detector { heads, predicates, trie: Trie::new(&keyed), slots, ranks: OnceLock::new() }
    }

    /// Returns what it knows of the formats.
    pub(crate) fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// Returns each format's place in the order: the more specific come first, which fit fewer of the others'
    /// samples. `samples` returns the records of those of a format.
    pub(crate) fn ranks(&self, samples: &dyn Fn(usize) -> Vec<String>) -> &[usize] {
        self.ranks.get_or_init(|| {
            let mut foreign = vec![0usize; self.heads.len()];
            let (mut found, mut doc) = (Vec::new(), Doc::new());
            for owner in 0..self.heads.len() {
                for record in samples(owner) {
                    let Ok(root) = doc.parse(&record) else { continue };
                    let fitting = self.fitting(root, &mut found);
                    fitting.filter(|at| *at != owner).for_each(|at| foreign[at] += 1);
                }
            }
            let rank = |at: &usize| {
                let head = &self.heads[*at];
                let demands = head.detect.all.len() + head.detect.any.iter().map(Vec::len).min().unwrap_or(0);
                (head.envelope, foreign[*at], usize::MAX - demands, &head.name)
            };
            let mut order: Vec<usize> = (0..self.heads.len()).collect();
            order.sort_by(|a, b| rank(a).cmp(&rank(b)));
            let mut ranks = vec![0; order.len()];
            order.iter().enumerate().for_each(|(rank, at)| ranks[*at] = rank);
            ranks
        })
    }

    /// Returns the formats that a record fits.
    pub(crate) fn fitting<'d>(
        &'d self,
        root: Node<'d>,
        found: &'d mut Vec<u32>,
    ) -> impl Iterator<Item = usize> + 'd {
        found.clear();
        found.resize(self.slots, NOWHERE);
        self.trie.walk(root, found);
        self.holding(root, found)
    }

    /// The same for a record whose keys were written in small letters by a collector.
    fn fitting_any_case<'d>(
        &'d self,
        root: Node<'d>,
        found: &'d mut Vec<u32>,
    ) -> impl Iterator<Item = usize> + 'd {
        found.clear();
        found.resize(self.slots, NOWHERE);
        if is_small(root) {
            self.trie.walk_any_case(root, found);
        }
        self.holding(root, found)
    }

    fn holding<'d>(&'d self, root: Node<'d>, found: &'d [u32]) -> impl Iterator<Item = usize> + 'd {
        let is_object = root.kind() == Kind::Object;
        let all = self.predicates.iter().enumerate().take_while(move |_| is_object);
        all.filter(move |(_, predicate)| predicate.holds(root, found)).map(|(at, _)| at)
    }
}

/// Whether all keys are in small letters, so that they may have been others.
fn is_small(root: Node<'_>) -> bool {
    root.kind() == Kind::Object
        && root.members().all(|(key, _)| !key.decode().contains(|c: char| c.is_ascii_uppercase()))
}

impl Predicate {
    fn new(detect: &Detect, slots: &mut Slots) -> Predicate {
        let mut place = |demand: &Demand| {
            let keys = keys_of(&demand.path.text);
            let next = slots.len() as u16;
            let slot = if keys.is_empty() { ROOT } else { *slots.entry(keys).or_insert(next) };
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
            if let Some(((), wrapped)) = wrapped::search(root, &[wrappers], Look::Lines, &mut test) {
                return Some(Fit::inside(wrapped, own));
            }
        }
        let any_case = is_small(root) && fits_how(&format.plan, root, found, true);
        any_case.then_some(Fit { any_case, ..Fit::PLAIN })
    }

    /// Returns the format of a record and how it is to be read.
    pub(crate) fn find(&self, root: Node<'_>, found: &mut Vec<u32>) -> (Arc<Format>, Fit) {
        let detector = self.detector();
        let format = |at: usize| self.get(&detector.heads[at].name).unwrap_or_else(|| self.generic());
        let is_vendor = |at: &usize| !detector.heads[*at].envelope;
        let direct = self.first(detector, root, found);
        if let Some(at) = direct.filter(is_vendor) {
            return (format(at), Fit::PLAIN);
        }
        let generic = self.generic();
        let mut wrappers = vec![&generic.plan.unwrap];
        wrappers.extend(direct.map(|envelope| &detector.heads[envelope].unwrap));
        let mut test = |inner: Node<'_>| self.first(detector, inner, found).filter(is_vendor);
        if let Some((at, wrapped)) = wrapped::search(root, &wrappers, Look::Json, &mut test) {
            return (format(at), Fit::inside(wrapped, false));
        }
        if let Some((at, wrapped)) = self.unwrapped(detector, root, found) {
            return (format(at), Fit::inside(wrapped, true));
        }
        if let Some(envelope) = direct {
            return (format(envelope), Fit::PLAIN);
        }
        let mut test = |inner: Node<'_>| self.first(detector, inner, found);
        if let Some((at, wrapped)) = wrapped::search(root, &wrappers, Look::Lines, &mut test) {
            return (format(at), Fit::inside(wrapped, false));
        }
        match self.pick(detector, detector.fitting_any_case(root, found)) {
            Some(at) => (format(at), Fit { any_case: true, ..Fit::PLAIN }),
            None => (generic, Fit::PLAIN),
        }
    }

    /// Whether a record is of a vendor's format itself, and no list of such: those are records of their own.
    pub fn knows(&self, record: Node<'_>) -> bool {
        let (format, fit) = self.find(record, &mut Vec::new());
        !format.generic && !matches!(fit.wrapped, Wrapped::Listed(..))
    }

    /// Looks into wrappers that only one format names: they lead to records of that format alone.
    fn unwrapped(
        &self,
        detector: &Detector,
        root: Node<'_>,
        found: &mut Vec<u32>,
    ) -> Option<(usize, Wrapped)> {
        let mut all = Vec::new();
        for (at, head) in detector.heads.iter().enumerate().filter(|(_, head)| !head.envelope) {
            let mut test = |inner: Node<'_>| {
                let format = self.get(&head.name)?;
                fits(&format.plan, inner, found).then_some(())
            };
            if !head.unwrap.is_empty()
                && let Some(((), wrapped)) = wrapped::search(root, &[&head.unwrap], Look::Json, &mut test)
            {
                all.push((at, wrapped));
            }
        }
        let at = self.pick(detector, all.iter().map(|(at, _)| *at))?;
        all.into_iter().find(|(known, _)| *known == at)
    }

    /// Returns the first format that a record is of. Envelopes come last: see [`Format::envelope`].
    pub(crate) fn first(&self, detector: &Detector, root: Node<'_>, found: &mut Vec<u32>) -> Option<usize> {
        self.pick(detector, detector.fitting(root, found))
    }

    /// Returns which of the formats that a record fits comes first.
    fn pick(&self, detector: &Detector, fitting: impl Iterator<Item = usize>) -> Option<usize> {
        let mut fitting: Vec<usize> = fitting.collect();
        let is_vendor = |at: &usize| !detector.heads[*at].envelope;
        if fitting.iter().any(is_vendor) {
            fitting.retain(is_vendor);
        }
        match fitting.as_slice() {
            [] => None,
            [at] => Some(*at),
            several => {
                let ranks = detector.ranks(&|at| self.samples_of(&detector.heads[at].name));
                several.iter().copied().min_by_key(|at| ranks[*at])
            }
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
