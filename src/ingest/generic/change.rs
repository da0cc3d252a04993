//! Where an unknown record may hold what changed.

use crate::domain::json::{Kind, Node, Path, Step};
use crate::ingest::changes::{ChangeRules, Encoding, ListOp, Names, Sibling};
use crate::ingest::format::build::Builder;
use crate::ingest::format::glob::{Glob, fold};
use crate::ingest::format::plan::{Condition, FieldRef, PathRef, Rule, Rules, Source, Test};

const BEFORE: &[&str] = &[
    "before",
    "old",
    "oldvalue",
    "oldvalues",
    "previous",
    "previousvalue",
    "prev",
    "beforevalue",
    "from",
    "changedfrom",
    "originalvalue",
    "oldstate",
    "oldobject",
    "previousvalues",
    "prevvalue",
    "initialvalue",
    "oldval",
    "prevvalues",
    "priorstate",
    "priorvalue",
    "beforestate",
    "previousstate",
    "oldversion",
    "olddata",
    "originaldata",
    "oldattributes",
    "previousdata",
    "was",
    "left",
    "beforevaluestring",
    "orgvalue",
    "origvalue",
    "valueold",
    "alterwert",
    "altewerte",
    "vorher",
    "anciennevaleur",
    "ancienvaleur",
    "valeurprécédente",
    "valoranterior",
    "valorantiguo",
    "oudewaarde",
    "valoreprecedente",
];
const AFTER: &[&str] = &[
    "after",
    "new",
    "newvalue",
    "newvalues",
    "current",
    "currentvalue",
    "next",
    "aftervalue",
    "to",
    "changedto",
    "updatedvalue",
    "newstate",
    "newobject",
    "currentvalues",
    "nextvalue",
    "value",
    "newval",
    "resultingstate",
    "afterstate",
    "currentstate",
    "newversion",
    "newdata",
    "updateddata",
    "updated",
    "is",
    "right",
    "aftervaluestring",
    "newattributes",
    "attributes",
    "valuenew",
    "neuerwert",
    "neuewerte",
    "nachher",
    "nouvellevaleur",
    "valornuevo",
    "nuevovalor",
    "novovalor",
    "nieuwewaarde",
    "nuovovalore",
];
const FIELD: &[&str] = &[
    "field",
    "fieldname",
    "name",
    "property",
    "propertyname",
    "attribute",
    "attributename",
    "key",
    "path",
    "column",
    "displayname",
    "settingname",
    "parameter",
    "changedfield",
    "fieldchanged",
    "columnname",
    "label",
    "logicalname",
    "fname",
    "feld",
    "feldname",
    "eigenschaft",
    "champ",
    "campo",
    "veld",
];

/// Names of what changed that stand elsewhere in the record than the values.
const FIELD_ELSEWHERE: &[&str] = &[
    "property",
    "field",
    "fieldname",
    "propertyname",
    "attribute",
    "attributename",
    "settingname",
    "setting",
    "subject",
];

/// How deep changes are looked for.
const DEPTH: usize = 4;

/// Adds the first change rules that fit what is there.
///
/// A place is the record, or a text in it with the key that it stands under.
pub(super) fn guess(places: &[(u16, &str, Node<'_>)], build: &mut Builder) {
    for &(scope, key, root) in places {
        let mut search = Search { scope, root, build };
        // `audited_changes: "{\"status\":[\"draft\",\"sent\"]}"`
        if !(named_changes(key)
            && search.build.plan.changes.is_empty()
            && search.pairs(key, root, &Path::default()))
        {
            search.object(root, &Path::default());
        }
    }
    for &(scope, _, root) in places {
        if build.plan.changes.is_empty() {
            Search { scope, root, build }.siblings();
        }
    }
    for &(scope, _, root) in places {
        if build.plan.changes.is_empty() {
            Search { scope, root, build }.after_alone(root, &Path::default());
        }
    }
}

/// Whether a key names the value of before.
pub(super) fn is_before(key: &str) -> bool {
    BEFORE.contains(&fold(key).as_str())
}

/// A look through the record, or through one of the texts in it.
struct Search<'b, 'a> {
    scope: u16,
    root: Node<'a>,
    build: &'b mut Builder,
}

impl<'a> Search<'_, 'a> {
    fn object(&mut self, node: Node<'a>, path: &Path) {
        if path.steps.len() > DEPTH || !self.build.plan.changes.is_empty() || node.kind() != Kind::Object {
            return;
        }
        if self.pair(node, path) {
            return;
        }
        for (key, value) in node.members() {
            let below = path.then(Step::Key(key.decode().into_owned()));
            match value.kind() {
                Kind::Array if self.list(value, &below) => return,
                // Of several only the first could be told.
                Kind::Array if value.len() == 1 => {
                    if let Some(only) = value.index(0) {
                        self.object(only, &below.then(Step::Index(0)));
                    }
                }
                Kind::Object if self.pairs(&fold(&key.decode()), value, &below) => return,
                Kind::Object => self.object(value, &below),
                _ => {}
            }
        }
    }

    fn place(&mut self, path: Path) -> PathRef {
        let text = path.to_string();
        self.build.steps(self.scope, path, &text)
    }

    fn push(&mut self, encoding: Encoding) {
        let rules =
            ChangeRules { when: Vec::new(), otherwise: false, decode: true, without: Vec::new(), encoding };
        self.build.plan.changes.push(rules);
    }

    /// `before` beside `after`: of objects two snapshots, of scalars one change.
    fn pair(&mut self, node: Node<'a>, path: &Path) -> bool {
        let named = key_of(node, BEFORE).zip(key_of(node, AFTER));
        let Some((before, after)) = named.or_else(|| twins(node)) else { return false };
        let at = |key: &str| path.then(Step::Key(key.to_owned()));
        let strong = !matches!(fold(&before).as_str(), "from" | "was" | "left");
        let is_object = |key: &str| node.get(key).is_some_and(holds_object);
        let field = key_of(node, FIELD).map(|key| at(&key)).or_else(|| {
            let elsewhere = strong.then(|| field_elsewhere(self.root, &Path::default(), 2)).flatten();
            elsewhere.filter(|_| !is_object(&before) && !is_object(&after))
        });
        let scalars = || [&before, &after].into_iter().any(|key| node.get(key).is_some_and(|v| !v.is_null()));
        if is_object(&before) || is_object(&after) || (field.is_none() && strong && scalars()) {
            let (before, after) = (self.place(at(&before)), self.place(at(&after)));
            let encoding =
                Encoding::Snapshots { before: vec![before], after: vec![after], keys_are_paths: false };
            self.push(encoding);
            return true;
        }
        let Some(field) = field else { return false };
        let mut rule = |path: Path| Rules::from_iter([Rule::path(self.place(path))]);
        let (name, before, after) = (rule(field), rule(at(&before)), rule(at(&after)));
        self.push(Encoding::Scalar { name, before, after, op: None });
        true
    }

    /// `[{name, old, new}]`
    fn list(&mut self, node: Node<'a>, path: &Path) -> bool {
        if node.items().next().is_some() && node.items().all(is_triple) && ends_in_changes(path) {
            let at = self.place(path.clone());
            let cell = |at| vec![Path::default().then(Step::Index(at))];
            let names = Names { path: cell(0), before: cell(1), after: cell(2), provenance: Vec::new() };
            self.push(Encoding::List { at, names, op: ListOp::At(Vec::new()) });
            return true;
        }
        let Some(first) = node.items().find(|element| element.kind() == Kind::Object) else { return false };
        if is_patch(first) {
            let at = self.place(path.clone());
            self.push(Encoding::Patch { at });
            return true;
        }
        if let Some(names) = halves(node) {
            let at = self.place(path.clone());
            self.push(Encoding::List { at, names, op: ListOp::At(Vec::new()) });
            return true;
        }
        let (before, after) = (key_of(first, BEFORE), key_of(first, AFTER));
        let Some(field) = key_of(first, FIELD).filter(|_| before.is_some() || after.is_some()) else {
            return false;
        };
        // `{name, value}` alone is a list of parameters.
        if before.is_none() && after.as_deref().is_none_or(|key| fold(key) == "value") {
            return false;
        }
        let key =
            |key: Option<String>| key.map(|key| Path::default().then(Step::Key(key))).into_iter().collect();
        let names =
            Names { path: key(Some(field)), before: key(before), after: key(after), provenance: Vec::new() };
        let at = self.place(path.clone());
        self.push(Encoding::List { at, names, op: ListOp::At(Vec::new()) });
        true
    }

    /// `{field: [old, new]}` or `{field: {from, to}}`; the latter whatever the name of it.
    fn pairs(&mut self, name: &str, node: Node<'a>, path: &Path) -> bool {
        let named = named_changes(name);
        let fits = |value: Node<'_>| match value.kind() {
            Kind::Array => named && value.len() == 2,
            Kind::Object => {
                let (before, after) = (key_of(value, BEFORE), key_of(value, AFTER));
                if named { before.is_some() || after.is_some() } else { before.is_some() && after.is_some() }
            }
            _ => false,
        };
        if !node.is_empty()
            && matches!(name, "auditedchanges" | "objectchanges")
            && node.members().all(|(_, value)| value.scalar().is_some())
        {
            return self.set_at_creation(path);
        }
        if node.is_empty() || !node.members().all(|(_, value)| fits(value)) {
            return false;
        }
        let at = self.place(path.clone());
        self.push(Encoding::Pairs { at });
        true
    }

    /// `{field: value}` where others have pairs: what an object was created with, or had when it was destroyed.
    fn set_at_creation(&mut self, path: &Path) -> bool {
        let gone = ["*destroy*", "*delete*", "*remove*"].map(Glob::new);
        let source = Source::Field(FieldRef::ActionCode);
        let conditions = &mut self.build.plan.conditions;
        conditions.push(Condition { source, test: Test::NoneOf(gone.into_iter().collect()) });
        let stays = (conditions.len() - 1) as u16;
        let at = self.place(path.clone());
        self.push(Encoding::Request { at, op: None });
        if let Some(rules) = self.build.plan.changes.last_mut() {
            rules.when.push(stays);
        }
        true
    }

    /// What an object became, where nothing says what it was: values that were set, before unknown.
    fn after_alone(&mut self, node: Node<'a>, path: &Path) {
        const ALONE: [&str; 8] = [
            "after",
            "newvalue",
            "newvalues",
            "newstate",
            "afterstate",
            "resultingstate",
            "newobject",
            "afterchanges",
        ];
        for (key, value) in node.members().filter(|(_, value)| value.kind() == Kind::Object) {
            if path.steps.len() > DEPTH || !self.build.plan.changes.is_empty() {
                return;
            }
            let below = path.then(Step::Key(key.decode().into_owned()));
            if ALONE.contains(&fold(&key.decode()).as_str()) && !value.is_empty() {
                let at = self.place(below);
                self.push(Encoding::Request { at, op: None });
            } else {
                self.after_alone(value, &below);
            }
        }
    }

    /// `old_x` beside `x` or `new_x`.
    fn siblings(&mut self) {
        const PATTERNS: [[&str; 3]; 10] = [
            ["old_*", "new_*", "*"],
            ["old*", "new*", "*"],
            ["old_*", "*", "*"],
            ["previous_*", "new_*", "*"],
            ["previous_*", "*", "*"],
            ["prev_*", "*", "*"],
            ["*_old", "*_new", "*"],
            ["*_was", "*", "*"],
            ["*_before", "*_after", "*"],
            ["from_*", "to_*", "*"],
        ];
        let all = PATTERNS.map(|[old, new, name]| Sibling {
            old: Glob::new(old),
            new: Glob::new(new),
            name: Glob::new(name),
            both: true,
        });
        let root = self.root;
        let has = |pattern: &Sibling| {
            root.members().any(|(key, _)| {
                pattern
                    .old
                    .captures(&key.decode())
                    .is_some_and(|parts| root.get(&pattern.new.fill(&parts)).is_some())
            })
        };
        let patterns: Vec<Sibling> = all.into_iter().filter(has).collect();
        if !patterns.is_empty() {
            let at = self.place(Path::default());
            self.push(Encoding::Siblings { at, patterns, pairs: None });
        }
    }
}

/// Whether a value is an object, or a text that holds one.
fn holds_object(value: Node<'_>) -> bool {
    value.kind() == Kind::Object
        || (value.kind() == Kind::String
            && value
                .as_str()
                .is_some_and(|text| text.trim_start().starts_with('{') && text.trim_end().ends_with('}')))
}

/// Returns where the name of what changed stands, not beside its values.
fn field_elsewhere(node: Node<'_>, path: &Path, depth: usize) -> Option<Path> {
    let here = key_of(node, FIELD_ELSEWHERE)
        .filter(|key| node.get(key).and_then(|value| value.scalar()).is_some_and(|text| !text.is_empty()));
    if let Some(key) = here {
        return Some(path.then(Step::Key(key)));
    }
    let objects = node.members().filter(|(_, value)| depth > 0 && value.kind() == Kind::Object);
    objects
        .filter_map(|(key, value)| {
            field_elsewhere(value, &path.then(Step::Key(key.decode().into_owned())), depth - 1)
        })
        .next()
}

/// Returns two members that are called alike but for the word before that: `oldEntity`, `newEntity`. Only objects:
/// of single values the siblings know.
fn twins(node: Node<'_>) -> Option<(String, String)> {
    const WORDS: [[&str; 2]; 6] = [
        ["old", "new"],
        ["previous", "current"],
        ["previous", "new"],
        ["prev", "new"],
        ["before", "after"],
        ["original", "updated"],
    ];
    // Of what came or went one side is empty.
    let sides = || node.members().filter(|(_, value)| holds_object(*value) || value.is_null());
    sides().find_map(|(key, before)| {
        let folded = fold(&key.decode());
        WORDS.iter().find_map(|[old, new]| {
            let some = |rest: &&str| !rest.is_empty();
            let behind = folded.strip_prefix(old).filter(some).map(|rest| format!("{new}{rest}"));
            let ending = || folded.strip_suffix(old).filter(some).map(|rest| format!("{rest}{new}"));
            let wanted = behind.or_else(ending)?;
            let (other, after) = sides().find(|(other, _)| fold(&other.decode()) == wanted)?;
            let something = !(before.is_null() && after.is_null());
            something.then(|| (key.decode().into_owned(), other.decode().into_owned()))
        })
    })
}

/// `[{name, value: {from, to}}]`
fn halves(list: Node<'_>) -> Option<Names> {
    let first = list.items().find(|element| element.kind() == Kind::Object)?;
    let field = key_of(first, FIELD)?;
    let mut objects = first.members().filter(|(_, value)| value.kind() == Kind::Object);
    objects.find_map(|(key, value)| {
        let at = |half: String| {
            let steps = [Step::Key(key.decode().into_owned()), Step::Key(half)];
            vec![steps.into_iter().fold(Path::default(), |path, step| path.then(step))]
        };
        let (before, after) = (key_of(value, BEFORE)?, key_of(value, AFTER)?);
        let path = vec![Path::default().then(Step::Key(field.clone()))];
        Some(Names { path, before: at(before), after: at(after), provenance: Vec::new() })
    })
}

/// `["status", "Draft", "Open"]`
fn is_triple(item: Node<'_>) -> bool {
    item.kind() == Kind::Array
        && item.len() == 3
        && item
            .index(0)
            .and_then(|name| name.as_str())
            .is_some_and(|name| !name.is_empty() && name.len() <= 64)
}

fn ends_in_changes(path: &Path) -> bool {
    matches!(path.steps.last(), Some(Step::Key(key)) if named_changes(&fold(key)) || fold(key) == "changed")
}

/// `{"op": "replace", "path": "/a", "value": 1}`, of JSON Patch.
fn is_patch(element: Node<'_>) -> bool {
    let text = |key: &str| element.get(key).and_then(|value| value.as_str());
    let op = text("op").is_some_and(|op| ["add", "remove", "replace", "move", "copy"].contains(&&*op));
    op && text("path").is_some_and(|path| path.starts_with('/'))
}

fn named_changes(key: &str) -> bool {
    matches!(
        key,
        "changes"
            | "change"
            | "diff"
            | "delta"
            | "changeset"
            | "modifications"
            | "modified"
            | "objectchanges"
            | "changedfields"
            | "fieldchanges"
            | "changedattributes"
            | "updates"
            | "auditedchanges"
            | "changedvalues"
            | "datachanged"
    )
}

fn key_of(node: Node<'_>, names: &[&str]) -> Option<String> {
    let keys: Vec<String> = node.members().map(|(key, _)| key.decode().into_owned()).collect();
    names.iter().find_map(|name| keys.iter().find(|key| fold(key) == *name)).cloned()
}
