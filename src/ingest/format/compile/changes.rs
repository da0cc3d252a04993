//! The `[[changes]]` blocks: an encoding by name, and where it applies.

use super::*;
use crate::domain::ChangeOp;
use crate::ingest::changes::{ChangeRules, Encoding, ListOp, Names, Sibling};

const ENCODINGS: &[&str] = &[
    "list",
    "pairs",
    "snapshots",
    "overlay",
    "siblings",
    "scalar",
    "deltas",
    "lists",
    "patch",
    "request",
    "names",
    "sentence",
    "columns",
];

impl Compiler {
    pub(super) fn changes(&mut self, mut section: Section<'_>) -> Result<()> {
        let when = section.take("when");
        let when = self.conditions(when)?;
        let decode = section.flag("decode")?;
        let otherwise = section.flag("otherwise")?;
        let without = section.texts("without")?.into_iter().map(|(text, _)| Glob::new(text)).collect();
        let encoding = self.encoding(&mut section)?;
        self.build.plan.changes.push(ChangeRules { when, otherwise, decode, without, encoding });
        section.finish()
    }

    fn encoding(&mut self, section: &mut Section<'_>) -> Result<Encoding> {
        let word = section.need("as")?;
        Ok(match word.text()? {
            "list" => Encoding::List {
                at: self.place(section)?,
                names: Names {
                    path: members(section, "path", &["field", "name", "key", "path"])?,
                    before: members(section, "before", &["before", "old", "old_value", "oldValue", "from"])?,
                    after: members(section, "after", &["after", "new", "new_value", "newValue", "to"])?,
                    provenance: members(section, "provenance", &[])?,
                },
                op: list_operation(section)?,
            },
            "pairs" => Encoding::Pairs { at: self.place(section)? },
            "snapshots" => {
                let (before, after) = (section.texts("before")?, section.texts("after")?);
                let keys_are_paths = section.flag("keys_are_paths")?;
                Encoding::Snapshots { before: self.paths(before)?, after: self.paths(after)?, keys_are_paths }
            }
            "overlay" => {
                let (after, previous) = (section.need("after")?, section.need("previous")?);
                Encoding::Overlay {
                    after: self.path(after.text()?, after.span())?,
                    previous: self.path(previous.text()?, previous.span())?,
                }
            }
            "siblings" => {
                let at = self.place(section)?;
                Encoding::Siblings { at, patterns: siblings(section)?, pairs: pairs(section)? }
            }
            "scalar" => {
                let (name, before, after) =
                    (section.need("path")?, section.take("before"), section.take("after"));
                Encoding::Scalar {
                    name: self.rules(Some(name))?,
                    before: self.rules(before)?,
                    after: self.rules(after)?,
                    op: operation(section)?,
                }
            }
            "deltas" => Encoding::Deltas {
                at: self.place(section)?,
                op: members(section, "op", &["action", "op", "operation"])?,
                name: members(section, "path", &["path", "field", "name", "role"])?,
                value: members(section, "value", &["value", "member"])?,
                under: paths(section.texts("under")?)?.pop(),
            },
            "lists" => {
                let name = section.take("path");
                let (added, removed) = (section.texts("added")?, section.texts("removed")?);
                Encoding::Lists {
                    name: self.rules(name)?,
                    added: self.paths(added)?,
                    removed: self.paths(removed)?,
                }
            }
            "patch" => Encoding::Patch { at: self.place(section)? },
            "request" => {
                let at = self.place(section)?;
                let op = operation(section)?;
                Encoding::Request { at, op }
            }
            "names" => Encoding::Names { at: self.place(section)? },
            "sentence" => {
                let from = section.need("from")?;
                Encoding::Sentence { from: self.rules(Some(from))?, split: split(section)? }
            }
            "columns" => Encoding::Columns { at: self.place(section)?, columns: columns(section)? },
            other => {
                return Err(word
                    .problem(format!("unknown encoding of changes '{other}'{}", suggest(other, ENCODINGS))));
            }
        })
    }

    /// Reads `at`; the record itself where nothing is stated.
    fn place(&mut self, section: &mut Section<'_>) -> Result<crate::ingest::format::plan::PathRef> {
        match section.take("at") {
            Some(at) => self.path(at.text()?, at.span()),
            None => self.path("", 0..0),
        }
    }
}

fn members(section: &mut Section<'_>, key: &'static str, default: &[&'static str]) -> Result<Vec<Path>> {
    let texts = section.texts(key)?;
    if texts.is_empty() {
        return paths(default.iter().map(|&text| (text, 0..0)).collect());
    }
    paths(texts)
}

const OPS: &[(&str, ChangeOp)] =
    &[("add", ChangeOp::Add), ("remove", ChangeOp::Remove), ("replace", ChangeOp::Replace)];

fn operation(section: &mut Section<'_>) -> Result<Option<ChangeOp>> {
    section.take("op").map(|op| one_of(op, "operation", OPS)).transpose()
}

/// Reads `op` of a list: the operation itself, or the members of the elements that say it.
fn list_operation(section: &mut Section<'_>) -> Result<ListOp> {
    let texts = section.texts("op")?;
    let stated = match texts.as_slice() {
        [(text, _)] => OPS.iter().find(|(word, _)| word == text),
        _ => None,
    };
    match stated {
        Some((_, op)) => Ok(ListOp::Is(*op)),
        None => Ok(ListOp::At(paths(texts)?)),
    }
}

/// Reads `split = " - "`, the marks between the sentences of a text.
fn split(section: &mut Section<'_>) -> Result<Vec<String>> {
    let marks = section.texts("split")?;
    if marks.iter().any(|(mark, _)| mark.is_empty()) {
        return Err(section.problem("'split' needs the text between two sentences"));
    }
    Ok(marks.into_iter().map(|(mark, _)| mark.to_owned()).collect())
}

/// Reads `key` and `value`, which name the two sides of pairs in a list.
fn pairs(section: &mut Section<'_>) -> Result<Option<[Path; 2]>> {
    let (key, value) = (section.texts("key")?, section.texts("value")?);
    if key.is_empty() && value.is_empty() {
        return Ok(None);
    }
    match (paths(key)?.pop(), paths(value)?.pop()) {
        (Some(key), Some(value)) => Ok(Some([key, value])),
        _ => Err(section.problem("pairs in a list need both 'key' and 'value'")),
    }
}

/// Reads `patterns = [["old_*", "*"], ["previous_*", "new_*", "*"]]`: old key, new key, name of the change.
fn siblings(section: &mut Section<'_>) -> Result<Vec<Sibling>> {
    let value = section.need("patterns")?;
    let both = section.flag("both")?;
    let mut patterns = Vec::new();
    for pattern in value.list().ok_or_else(|| value.expected("a list"))? {
        let words: Result<Vec<_>> = pattern.each().iter().map(Value::text).collect();
        let (old, new, name) = match words?.as_slice() {
            [old, new] => (*old, *new, *new),
            [old, new, name] => (*old, *new, *name),
            _ => return Err(pattern.problem("a pattern is [old key, new key] or [old key, new key, name]")),
        };
        if !old.contains('*') {
            return Err(pattern.problem(format!("'{old}' needs a '*' for the name of the field")));
        }
        let [old, new, name] = [old, new, name].map(Glob::new);
        let infix = pattern.each()[0].text()?.matches('*').count() > 1;
        patterns.push(Sibling { old, new, name, both: both || infix });
    }
    Ok(patterns)
}

/// Reads `columns = [["*Name", "*OldValue", "*NewValue"]]`.
fn columns(section: &mut Section<'_>) -> Result<Vec<[Glob; 3]>> {
    let value = section.need("columns")?;
    let mut all = Vec::new();
    for group in value.list().ok_or_else(|| value.expected("a list"))? {
        let words: Result<Vec<_>> = group.each().iter().map(Value::text).collect();
        match words?.as_slice() {
            [name, old, new] if name.contains('*') => all.push([name, old, new].map(|glob| Glob::new(glob))),
            _ => return Err(group.problem("columns are [name, old value, new value], each with '*'")),
        }
    }
    Ok(all)
}
