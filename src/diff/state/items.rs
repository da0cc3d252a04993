//! Blame of lists by their items: where every item of a list has an id of its own, each of its fields is blamed by
//! itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::flatten::{compact, member, same_json};
use super::view::StepChange;
use super::{Blame, Field, Known, Timeline};
use crate::diff::json::{members, told_apart};
use crate::domain::json::{Doc, Kind, Node, Path, Step};

/// How deep items are looked into.
const MAX_DEPTH: usize = 8;

/// What items are made of: paths inside the list, in the order of the text, and JSON text.
type Parts = Vec<(String, String)>;

/// The parts of a list at some moment, by path.
type ByPath = Option<BTreeMap<String, String>>;

impl Timeline {
    /// Returns the blame of each field of each item of a list; `None` where its value is no list, or its items have
    /// no ids.
    pub(super) fn blame_items(&self, field: &Field, whole: &Blame, moment: usize) -> Option<Vec<Blame>> {
        let parts = read(whole.value.text()?)?;
        let mut blamed: Vec<Blame> = parts.iter().map(|(path, text)| part(whole, path, text)).collect();
        let touches = field.touches.partition_point(|touch| touch.step < moment);
        let mut done = vec![false; blamed.len()];
        let mut last: Option<(Known, ByPath)> = None;
        for at in (0..touches).rev() {
            let change = self.change(field, at);
            if change.before == change.after && change.conflict.is_none() {
                continue;
            }
            let new = match last.take() {
                Some((value, parts)) if value == change.after => parts,
                _ => map(&change.after),
            };
            let old = map(&change.before);
            let step = field.touches[at].step;
            // What an entry that is missing left of a part is nobody's whose entry is there.
            let lost = change.conflict.as_ref().map(|conflict| map(&conflict.expected));
            for ((blame, (path, _)), done) in blamed.iter_mut().zip(&parts).zip(&mut done) {
                if *done {
                    continue;
                }
                *done = judge(blame, path, &change, (&old, &new), step);
                if let (Some(lost), Some(old)) = (&lost, &old)
                    && !same(lost.as_ref().and_then(|lost| lost.get(path)), old.get(path))
                {
                    blame.seen = blame.seen.or(Some(step));
                    *done = true;
                }
            }
            last = Some((change.before, old));
        }
        blamed.iter_mut().for_each(|blame| finish(blame, whole));
        Some(blamed)
    }
}

/// Takes what one entry did to a part of a list; true where nothing is known of what was before.
fn judge(
    blame: &mut Blame,
    path: &str,
    change: &StepChange,
    (old, new): (&ByPath, &ByPath),
    step: usize,
) -> bool {
    // What is neither known nor a list of items with ids tells nothing of its parts.
    let Some(new) = new else { return !change.after.is_known() };
    let is = new.get(path);
    match old {
        Some(old) if same(old.get(path), is) => false,
        Some(_) => {
            blame.steps.push(step);
            false
        }
        None if change.before.is_known() => {
            if is.is_some() {
                blame.steps.push(step);
            }
            false
        }
        // Where it is not known what was before, nobody is known to have changed it.
        None => {
            blame.seen = blame.seen.or(Some(step)).filter(|_| is.is_some());
            true
        }
    }
}

fn finish(blame: &mut Blame, whole: &Blame) {
    blame.steps.reverse();
    blame.by = blame.steps.last().copied();
    blame.earlier = blame.steps.len().saturating_sub(usize::from(blame.by.is_some()));
    blame.seen = blame.seen.or(whole.seen).filter(|_| blame.by.is_none());
}

fn part(whole: &Blame, path: &str, text: &str) -> Blame {
    let path = format!("{}{path}", whole.path);
    Blame { path, value: Known::json(text), by: None, seen: None, earlier: 0, steps: Vec::new() }
}

fn same(a: Option<&String>, b: Option<&String>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_json(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Returns the parts of a value by path: those of no list where it is known to be none.
fn map(value: &Known) -> ByPath {
    match value {
        Known::Unknown => None,
        Known::Absent => Some(BTreeMap::new()),
        Known::Value(text) if is_empty(text) => Some(BTreeMap::new()),
        Known::Value(text) => read(text).map(|parts| parts.into_iter().collect()),
    }
}

fn is_empty(text: &Arc<str>) -> bool {
    matches!(text.as_ref(), "[]" | "null")
}

/// Returns the parts of a list's items by what identifies them all.
fn read(text: &str) -> Option<Parts> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let mut doc = Doc::new();
    let root = doc.parse(text).ok().filter(|root| root.kind() == Kind::Array && !root.is_empty())?;
    let mut out = Vec::new();
    items(root, "", 0, &mut out).then_some(out)
}

/// Adds the parts of a list's items; false where they have no ids of their own.
fn items(list: Node<'_>, at: &str, depth: usize, out: &mut Parts) -> bool {
    let elements: Vec<_> = list.items().collect();
    let Some((name, ids)) = told_apart(&elements).filter(|_| depth < MAX_DEPTH) else { return false };
    for (id, element) in ids.into_iter().zip(elements) {
        let step = Path::default().then(Step::Where(name.to_owned(), id)).to_string();
        let at = format!("{at}{step}");
        let known = out.len();
        for (key, value) in members(element).into_iter().filter(|(key, _)| *key != name) {
            add(value, member(&at, &key), depth + 1, out);
        }
        // An item that is nothing but its id.
        if out.len() == known {
            out.push((at, compact(element)));
        }
    }
    true
}

fn add(node: Node<'_>, at: String, depth: usize, out: &mut Parts) {
    match node.kind() {
        Kind::Object if !node.is_empty() && depth < MAX_DEPTH => {
            for (key, value) in members(node) {
                add(value, member(&at, &key), depth + 1, out);
            }
        }
        Kind::Array if !node.is_empty() && items(node, &at, depth, out) => {}
        _ => out.push((at, compact(node))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_taken_apart_by_what_names_them() {
        let told =
            |text: &str| read(text).map(|parts| parts.into_iter().map(|(path, _)| path).collect::<Vec<_>>());
        let list = r#"[{"name":"web","image":"a:1","env":[{"name":"A","value":"1"}],"args":["x"],"o":{"p":1}},{"name":"log"}]"#;
        let parts = [
            "[name=web].image",
            "[name=web].env[name=A].value",
            "[name=web].args",
            "[name=web].o.p",
            "[name=log]",
        ];
        assert_eq!(told(list).unwrap(), parts);
        assert_eq!(told("[1,2]"), None);
        assert_eq!(told(r#"{"a":1}"#), None);
    }
}
