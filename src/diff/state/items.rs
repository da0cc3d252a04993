//! Blame of lists by their items: where every item of a list has an id of its own, each is blamed by itself.

use std::collections::BTreeMap;

use super::flatten::{compact, same_json};
use super::view::{Blame, value_after, value_before};
use super::{Field, Known};
use crate::diff::json::told_apart;
use crate::domain::json::{Doc, Kind, Path, Step};

/// Items with what identifies them, as JSON text.
type Items = BTreeMap<String, String>;

/// Returns the blame of each item of a list; `None` where its value is no list, or its items have no ids.
pub(super) fn by_item(field: &Field, whole: &Blame, moment: usize) -> Option<Vec<Blame>> {
    let text = whole.value.text()?;
    let (member, items) = read(text)?;
    let mut blamed: Vec<Blame> =
        items.into_iter().map(|(id, text)| item(whole, member, &id, &text)).collect();
    let ids: Vec<String> = blamed.iter().map(|blame| id_of(&blame.path, member)).collect();
    let touches = field.touches.partition_point(|touch| touch.step < moment);
    for at in (0..touches).rev() {
        let (before, after) = (value_before(field, at), value_after(field, at));
        let step = field.touches[at].step;
        let (Some((_, new)), old) = (after.text().and_then(read), before.text().and_then(read)) else {
            continue;
        };
        let nothing = before == Known::Absent || before.text().is_some_and(is_empty);
        for (blame, id) in blamed.iter_mut().zip(&ids) {
            let is = new.get(id);
            match (&old, is) {
                (Some((_, old)), is) if same(old.get(id), is) => {}
                (None, None) => {}
                // Where it is not known what was before, nobody is known to have changed it.
                (None, Some(_)) if !nothing => blame.seen = blame.seen.or(Some(step)),
                _ => blame.steps.push(step),
            }
        }
    }
    for blame in &mut blamed {
        blame.steps.reverse();
        blame.by = blame.steps.last().copied();
        blame.earlier = blame.steps.len().saturating_sub(1);
        blame.seen = blame.seen.filter(|_| blame.by.is_none()).or(whole.seen.filter(|_| blame.by.is_none()));
    }
    Some(blamed)
}

fn item(whole: &Blame, member: &str, id: &str, text: &str) -> Blame {
    let step = Path::default().then(Step::Where(member.to_owned(), id.to_owned())).to_string();
    Blame {
        path: format!("{}{step}", whole.path),
        value: Known::json(text),
        by: None,
        seen: None,
        earlier: 0,
        steps: Vec::new(),
    }
}

/// Returns the id that a path made here ends in.
fn id_of(path: &str, member: &str) -> String {
    let steps = path.parse::<Path>().map(|path| path.steps).unwrap_or_default();
    match steps.last() {
        Some(Step::Where(name, id)) if name == member => id.clone(),
        _ => String::new(),
    }
}

fn same(a: Option<&String>, b: Option<&String>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_json(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn is_empty(text: &str) -> bool {
    text == "[]" || text == "null"
}

/// Returns the items of a list by what identifies them all.
fn read(text: &str) -> Option<(&'static str, Items)> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let mut doc = Doc::new();
    let root = doc.parse(text).ok().filter(|root| root.kind() == Kind::Array && !root.is_empty())?;
    let elements: Vec<_> = root.items().collect();
    let (member, ids) = told_apart(&elements)?;
    Some((member, ids.into_iter().zip(elements.into_iter().map(compact)).collect()))
}
