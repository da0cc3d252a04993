//! Which format a record is of: predicates of the formats tried in an order that is computed from their
//! samples, never written by hand.

use std::sync::Arc;

use super::format::plan::{Demand, Plan, ROOT};
use super::format::trie::NOWHERE;
use super::format::{Format, Formats};
use crate::domain::json::{Doc, Kind, Node, Path};

/// Where in a record the vendor's record lies.
#[derive(Clone, Debug)]
pub(crate) enum Wrapped {
    /// It is the record.
    Not,
    /// It is the value at a path.
    Inside(Path),
    /// It is JSON in the text at a path.
    Text(Path),
}

impl Formats {
    /// Returns how a record is to be read as one of this format; `None` where it does not fit.
    pub(crate) fn fit(&self, format: &Format, root: Node<'_>, found: &mut Vec<u32>) -> Option<Wrapped> {
        if fits(&format.plan, root, found) {
            return Some(Wrapped::Not);
        }
        within(format, &format.plan, root, found)
    }

    /// Returns the format of a record and how it is to be read.
    pub(crate) fn find(&self, root: Node<'_>, found: &mut Vec<u32>) -> (Arc<Format>, Wrapped) {
        for format in self.specific() {
            if fits(&format.plan, root, found) {
                return (format.clone(), Wrapped::Not);
            }
        }
        let generic = self.generic();
        for format in self.specific() {
            let wrapped = within(format, &format.plan, root, found);
            if let Some(wrapped) = wrapped.or_else(|| within(format, &generic.plan, root, found)) {
                return (format.clone(), wrapped);
            }
        }
        (generic, Wrapped::Not)
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

/// Looks for a record of the format at the wrappers that `wrappers` names.
fn within(format: &Format, wrappers: &Plan, root: Node<'_>, found: &mut Vec<u32>) -> Option<Wrapped> {
    if root.kind() != Kind::Object {
        return None;
    }
    for wrapper in &wrappers.unwrap {
        let Some(inner) = wrapper.path.first(root) else { continue };
        if inner.kind() == Kind::Object {
            if fits(&format.plan, inner, found) {
                return Some(Wrapped::Inside(wrapper.path.clone()));
            }
        } else if wrapper.json {
            let mut text = String::new();
            let mut doc = Doc::new();
            if inner_text(root, &wrapper.path, &mut text)
                && let Ok(inner) = doc.parse(&text)
                && fits(&format.plan, inner, found)
            {
                return Some(Wrapped::Text(wrapper.path.clone()));
            }
        }
    }
    None
}

/// Decodes the text at a path, if it may be a JSON object.
pub(crate) fn inner_text(root: Node<'_>, path: &Path, out: &mut String) -> bool {
    out.clear();
    let Some(text) = path.first(root).and_then(|node| node.as_str()) else { return false };
    if !text.trim_start().starts_with('{') {
        return false;
    }
    out.push_str(&text);
    true
}

/// Whether a record is as a plan's predicate says. A plan without one fits nothing.
pub(crate) fn fits(plan: &Plan, root: Node<'_>, found: &mut Vec<u32>) -> bool {
    let detect = &plan.detect;
    if root.kind() != Kind::Object || (detect.all.is_empty() && detect.any.is_empty()) {
        return false;
    }
    let Some(scope) = plan.scopes.first() else { return false };
    found.clear();
    found.resize(plan.slots, NOWHERE);
    scope.trie.walk(root, found);
    let meets = |demand: &Demand| {
        value(demand, root, found).is_some_and(|node| demand.shapes.iter().any(|shape| shape.fits(node)))
    };
    detect.all.iter().all(meets)
        && (detect.any.is_empty() || detect.any.iter().any(|group| group.iter().all(meets)))
        && !detect.none.iter().any(meets)
}

fn value<'a>(demand: &Demand, root: Node<'a>, found: &[u32]) -> Option<Node<'a>> {
    let node = if demand.path.slot == ROOT {
        root
    } else {
        // The record's scope is the first, so its slots begin at 0.
        match found.get(usize::from(demand.path.slot)) {
            Some(&place) if place != NOWHERE => root.at_ordinal(place as usize)?,
            _ => return None,
        }
    };
    match &demand.path.rest {
        None => Some(node),
        Some(rest) => rest.first(node),
    }
}

/// Orders formats so that the more specific come first: one that fits fewer of the others' samples.
pub(crate) fn order(formats: &mut Vec<Arc<Format>>) {
    let mut found = Vec::new();
    let mut doc = Doc::new();
    let mut ranks: Vec<(usize, usize, Arc<Format>)> = Vec::new();
    for format in formats.iter() {
        let others = formats.iter().filter(|other| !Arc::ptr_eq(other, format));
        let mut foreign = 0;
        for sample in others.flat_map(|other| &other.samples) {
            if let Ok(root) = doc.parse(&sample.record) {
                foreign += usize::from(fits(&format.plan, root, &mut found));
            }
        }
        let detect = &format.plan.detect;
        let demands = detect.all.len() + detect.any.iter().map(Vec::len).min().unwrap_or(0);
        ranks.push((foreign, usize::MAX - demands, format.clone()));
    }
    ranks.sort_by(|a, b| (a.0, a.1, &a.2.name).cmp(&(b.0, b.1, &b.2.name)));
    *formats = ranks.into_iter().map(|(_, _, format)| format).collect();
}
