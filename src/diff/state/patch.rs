//! Patches as far as it can be known what they leave behind.

use super::Known;
use super::flatten::{compact, member};
use super::fold::Fold;
use crate::diff::patch::{Tree, apply_json_patch};
use crate::domain::json::{Doc, Kind, Node, quote};

/// How deep a patch is followed.
const MAX_DEPTH: usize = 32;

impl Fold<'_> {
    /// A JSON Patch where it is an array, a merge patch where it is an object; also as JSON in a string.
    pub(super) fn patch(&mut self, under: &str, json: &str, strategic: bool) {
        let mut doc = Doc::new();
        let Ok(root) = doc.parse(json) else { return };
        match root.kind() {
            Kind::Array => root.items().for_each(|step| self.json_step(under, step)),
            Kind::Object => self.merge(under, root, strategic, MAX_DEPTH),
            Kind::String => {
                let text = root.as_str().unwrap_or_default().into_owned();
                if text.trim_start().starts_with(['[', '{']) {
                    self.patch(under, &text, strategic);
                }
            }
            _ => {}
        }
    }

    /// `null` removes; other values are set, objects member by member.
    fn merge(&mut self, under: &str, patch: Node<'_>, strategic: bool, depth: usize) {
        let directive = patch.get("$patch").filter(|_| strategic).and_then(|node| node.as_str());
        match directive.as_deref() {
            Some("delete") => return self.change(under, &Known::Unknown, &Known::Absent),
            Some("replace") => return self.change(under, &Known::Unknown, &replaced(patch)),
            _ => {}
        }
        for (key, value) in patch.members() {
            let key = key.decode();
            if strategic && key.starts_with('$') {
                // `$setElementOrder/list`, `$deleteFromPrimitiveList/list`: what the list becomes is not said.
                if let Some((_, list)) = key.split_once('/').filter(|(_, list)| patch.get(list).is_none()) {
                    self.change(&member(under, list), &Known::Unknown, &Known::Unknown);
                }
                continue;
            }
            let path = member(under, &key);
            match value.kind() {
                Kind::Null => self.change(&path, &Known::Unknown, &Known::Absent),
                Kind::Object if depth > 0 => self.merge(&path, value, strategic, depth - 1),
                Kind::Array if strategic => {
                    let after = strategic_list(&self.line.current(&path), value);
                    self.change(&path, &Known::Unknown, &after);
                }
                _ => self.change(&path, &Known::Unknown, &Known::json(&compact(value))),
            }
        }
    }

    fn json_step(&mut self, under: &str, step: Node<'_>) {
        let text = |key: &str| step.get(key).and_then(|node| node.as_str());
        let (Some(op), Some(pointer)) = (text("op"), text("path")) else { return };
        let value = step.get("value").map_or(Known::Unknown, |node| Known::json(&compact(node)));
        match &*op {
            "add" | "replace" => self.pointed(under, &pointer, step, &value),
            "remove" => self.pointed(under, &pointer, step, &Known::Absent),
            "move" | "copy" => self.moved(under, &text("from").unwrap_or_default(), &pointer, step),
            // A test changes nothing, and what is no operation is not applied.
            _ => {}
        }
    }

    /// What was moved or copied is said by the state alone.
    fn moved(&mut self, under: &str, from: &str, pointer: &str, step: Node<'_>) {
        let ((old, out), (new, into)) = (keys(under, from), keys(under, pointer));
        if let (true, Some(out), Some(into)) = (old == new, &out, &into) {
            let array = self.line.current(&old);
            let after = array.text().and_then(|text| patched(text, into, Some(out), step));
            return self.change(
                &old,
                &Known::Unknown,
                &after.map_or(Known::Unknown, |text| Known::json(&text)),
            );
        }
        let value = if out.is_none() { self.line.current(&old) } else { Known::Unknown };
        if step.get("op").and_then(|op| op.as_str()).as_deref() == Some("move") {
            self.pointed(under, from, step, &Known::Absent);
        }
        self.pointed(under, pointer, step, &value);
    }

    /// Sets what a pointer leads to; inside an array the array becomes another one.
    fn pointed(&mut self, under: &str, pointer: &str, step: Node<'_>, after: &Known) {
        let (path, rest) = keys(under, pointer);
        let Some(rest) = rest else { return self.change(&path, &Known::Unknown, after) };
        let array = self.line.current(&path);
        let patched = array.text().and_then(|text| {
            let plain = matches!(
                step.get("op").and_then(|op| op.as_str()).as_deref(),
                Some("add" | "replace" | "remove")
            );
            plain.then(|| patched(text, &rest, None, step)).flatten()
        });
        let after = patched.map_or(Known::Unknown, |text| Known::json(&text));
        self.change(&path, &Known::Unknown, &after);
    }
}

/// Splits a pointer at the first number: the path of keys before it, and the pointer from it on.
fn keys(under: &str, pointer: &str) -> (String, Option<String>) {
    let mut path = under.to_owned();
    let mut rest = pointer.strip_prefix('/').unwrap_or(pointer);
    while !rest.is_empty() {
        let (token, behind) = rest.split_once('/').unwrap_or((rest, ""));
        if token == "-" || token.bytes().all(|byte| byte.is_ascii_digit()) {
            return (path, Some(format!("/{rest}")));
        }
        path = member(&path, &token.replace("~1", "/").replace("~0", "~"));
        rest = behind;
    }
    (path, None)
}

/// Applies one step to an array.
fn patched(array: &str, pointer: &str, from: Option<&str>, step: Node<'_>) -> Option<String> {
    let op = step.get("op")?.raw();
    let value = step.get("value").map(|value| format!(",\"value\":{}", value.raw())).unwrap_or_default();
    let from = from.map(|from| format!(",\"from\":{}", quote(from))).unwrap_or_default();
    let patch = format!("[{{\"op\":{op},\"path\":{}{from}{value}}}]", quote(pointer));
    let (mut doc, mut steps) = (Doc::new(), Doc::new());
    let mut tree = Tree::of(doc.parse(array).ok()?);
    apply_json_patch(&mut tree, steps.parse(&patch).ok()?).ok()?;
    Some(tree.to_json())
}

/// Returns an object without its directives.
fn replaced(patch: Node<'_>) -> Known {
    let Tree::Object(mut members) = Tree::of(patch) else { return Known::Unknown };
    members.retain(|(key, _)| !key.starts_with('$'));
    Known::json(&Tree::Object(members).to_json())
}

/// Returns a list after a patch that either replaces it or merges it by name: known only where both come to
/// the same, or where a directive says that it is merged.
fn strategic_list(current: &Known, patch: Node<'_>) -> Known {
    let merged = current.text().and_then(|text| merged_by_name(text, patch));
    let directives = patch.items().any(|item| item.get("$patch").is_some());
    match merged {
        Some(merged) if directives || Known::json(&merged).same(&Known::json(patch.raw())) => {
            Known::json(&merged)
        }
        _ => Known::Unknown,
    }
}

/// Merges elements into a list by their `name`: known ones are laid over, new ones come last.
fn merged_by_name(list: &str, patch: Node<'_>) -> Option<String> {
    let mut doc = Doc::new();
    let Tree::Array(mut elements) = Tree::of(doc.parse(list).ok()?) else { return None };
    let name = |tree: &Tree| tree.member("name").map(Tree::to_json);
    for item in patch.items() {
        let wanted = compact(item.get("name")?);
        let at = elements.iter().position(|element| name(element).as_deref() == Some(&wanted));
        if item.get("$patch").and_then(|node| node.as_str()).as_deref() == Some("delete") {
            elements.remove(at?);
            continue;
        }
        // Lists inside are merged by keys of their own.
        if item.members().any(|(_, value)| matches!(value.kind(), Kind::Array)) {
            return None;
        }
        match at {
            Some(at) => crate::diff::patch::apply_merge_patch(&mut elements[at], item),
            None => elements.push(Tree::of(item)),
        }
    }
    Some(Tree::Array(elements).to_json())
}
