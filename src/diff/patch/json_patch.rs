//! Applying a JSON Patch (RFC 6902).

use super::pointer::{find, find_mut, index, tokens};
use super::tree::put;
use super::{PatchError, Tree};
use crate::domain::json::{Kind, Node};

/// Applies a JSON Patch, all of it or nothing.
///
/// # Errors
/// A step that is none, leads nowhere or tests for another value; `value` is then as it was.
pub fn apply_json_patch(value: &mut Tree, patch: Node<'_>) -> Result<(), PatchError> {
    if patch.kind() != Kind::Array {
        return Err(PatchError::Step { step: 0, reason: "a JSON patch is an array of steps" });
    }
    let mut work = value.clone();
    for (at, step) in patch.items().enumerate() {
        apply_step(&mut work, &Step { at, node: step })?;
    }
    *value = work;
    Ok(())
}

/// One step with its number.
struct Step<'a> {
    at: usize,
    node: Node<'a>,
}

impl Step<'_> {
    fn wrong(&self, reason: &'static str) -> PatchError {
        PatchError::Step { step: self.at, reason }
    }

    fn text(&self, key: &str, reason: &'static str) -> Result<String, PatchError> {
        let text = self.node.get(key).and_then(|node| node.as_str()).ok_or_else(|| self.wrong(reason))?;
        Ok(text.into_owned())
    }

    fn place(&self, key: &str) -> Result<Place, PatchError> {
        let pointer = self.text(key, "it has no path where it needs one")?;
        Ok(Place { tokens: tokens(&pointer)?, pointer })
    }

    fn value(&self) -> Result<Tree, PatchError> {
        self.node.get("value").map(Tree::of).ok_or_else(|| self.wrong("it has no value"))
    }
}

/// A pointer, as written and as read.
struct Place {
    pointer: String,
    tokens: Vec<String>,
}

impl Place {
    fn missing(&self) -> PatchError {
        PatchError::Missing { path: self.pointer.clone() }
    }
}

fn apply_step(value: &mut Tree, step: &Step<'_>) -> Result<(), PatchError> {
    let op = step.text("op", "it has no operation")?;
    let place = step.place("path")?;
    match op.as_str() {
        "add" => add(value, &place, step.value()?),
        "remove" => remove(value, &place).map(drop),
        "replace" => {
            let new = step.value()?;
            let old = find_mut(value, &place.tokens).ok_or_else(|| place.missing())?;
            *old = new;
            Ok(())
        }
        "move" => {
            let from = step.place("from")?;
            if place.tokens.len() > from.tokens.len() && place.tokens.starts_with(&from.tokens) {
                return Err(step.wrong("a value cannot be moved into itself"));
            }
            let moved = remove(value, &from)?;
            add(value, &place, moved)
        }
        "copy" => {
            let from = step.place("from")?;
            let copy = find(value, &from.tokens).cloned().ok_or_else(|| from.missing())?;
            add(value, &place, copy)
        }
        "test" => {
            let wanted = step.value()?;
            let found = find(value, &place.tokens).ok_or_else(|| place.missing())?;
            let same = found.same(&wanted);
            same.then_some(()).ok_or(PatchError::Test { step: step.at, path: place.pointer })
        }
        _ => Err(step.wrong("it has an unknown operation")),
    }
}

fn add(value: &mut Tree, place: &Place, new: Tree) -> Result<(), PatchError> {
    let Some((last, above)) = place.tokens.split_last() else {
        *value = new;
        return Ok(());
    };
    match find_mut(value, above).ok_or_else(|| place.missing())? {
        Tree::Object(members) => put(members, last.clone(), new),
        Tree::Array(elements) if last == "-" => elements.push(new),
        Tree::Array(elements) => {
            let at = index(last, elements.len()).ok_or_else(|| place.missing())?;
            elements.insert(at, new);
        }
        Tree::Scalar(_) => return Err(place.missing()),
    }
    Ok(())
}

fn remove(value: &mut Tree, place: &Place) -> Result<Tree, PatchError> {
    let Some((last, above)) = place.tokens.split_last() else {
        return Ok(std::mem::replace(value, Tree::null()));
    };
    match find_mut(value, above).ok_or_else(|| place.missing())? {
        Tree::Object(members) => {
            let at = members.iter().position(|(name, _)| name == last).ok_or_else(|| place.missing())?;
            Ok(members.remove(at).1)
        }
        Tree::Array(elements) => {
            let at = index(last, elements.len()).filter(|at| *at < elements.len());
            Ok(elements.remove(at.ok_or_else(|| place.missing())?))
        }
        Tree::Scalar(_) => Err(place.missing()),
    }
}
