//! The scalars of a record with their paths, and the part they may play.

use std::hash::{Hash as _, Hasher as _};

use crate::domain::json::{Doc, Kind, Node, Path, Step};
use crate::ingest::format::glob::fold;
use crate::ingest::map::words;

use super::what;

/// Most scalars looked at.
const MOST: usize = 600;

/// How deep.
const DEPTH: i32 = 6;

/// Longest text that is looked into for JSON.
const TEXT: usize = 16 << 10;

/// How deep texts that hold JSON are looked for.
const TEXT_DEPTH: usize = 3;

/// Most of them.
const TEXTS: usize = 12;

/// Texts that stand for nothing.
pub(super) const NOTHING: [&str; 12] =
    ["-", "--", "---", "n/a", "N/A", "null", "(null)", "<none>", "none", "None", "nil", "undefined"];

/// A scalar, a list of scalars, or a time that is an object.
pub(super) struct Leaf<'a> {
    /// The text that holds the JSON the path leads into; `None` where that is the record.
    pub(super) inside: Option<Path>,
    pub(super) path: Path,
    /// The keys of the path in lower case, letters and digits alone.
    pub(super) keys: Vec<String>,
    /// The words of the last of them.
    pub(super) words: Vec<String>,
    pub(super) depth: i32,
    /// It is one of several things in a list.
    pub(super) listed: bool,
    pub(super) node: Node<'a>,
}

impl Leaf<'_> {
    /// Returns the path as a format file says it.
    pub(super) fn text(&self) -> String {
        match &self.inside {
            None => self.path.to_string(),
            Some(text) if self.path.steps.is_empty() => format!("{text}|json"),
            Some(text) => format!("{text}|json.{}", self.path),
        }
    }

    /// Whether the value says that there is none.
    pub(super) fn says_nothing(&self) -> bool {
        self.node.scalar().is_some_and(|text| is_nothing(text.trim()))
    }
}

/// Whether a text stands for nothing.
pub(super) fn is_nothing(text: &str) -> bool {
    text.is_empty() || NOTHING.contains(&text)
}

/// A text of the record that is JSON.
struct Text {
    path: Path,
    keys: Vec<String>,
    depth: i32,
    text: String,
}

/// Calls `then` with the scalars in the order of the text, those in texts that are JSON behind the others. Of a
/// list of objects the first element stands for all; of `[{name, value}]` every pair is a leaf under its name.
pub(super) fn with_leaves<R>(root: Node<'_>, then: impl FnOnce(Vec<Leaf<'_>>) -> R) -> R {
    let mut texts = Vec::new();
    find_texts(root, &Path::default(), &mut texts);
    let mut docs: Vec<Doc> = texts.iter().map(|_| Doc::new()).collect();
    let mut leaves = Vec::new();
    descend(root, &Place::default(), 0, &mut leaves);
    for (doc, text) in docs.iter_mut().zip(&texts) {
        let Ok(inner) = doc.parse(&text.text) else { continue };
        if !matches!(inner.kind(), Kind::Object | Kind::Array) {
            continue;
        }
        let place = Place { inside: Some(text.path.clone()), keys: text.keys.clone(), ..Place::default() };
        descend(inner, &place, text.depth + 1, &mut leaves);
    }
    for leaf in &mut leaves {
        let name = if leaf.path.steps.is_empty() { leaf.inside.as_ref() } else { None };
        leaf.words = words::words(name_of(name.unwrap_or(&leaf.path)));
    }
    then(leaves)
}

/// Finds the texts that look like JSON.
fn find_texts(node: Node<'_>, path: &Path, out: &mut Vec<Text>) {
    if path.steps.len() > TEXT_DEPTH || out.len() >= TEXTS {
        return;
    }
    match node.kind() {
        Kind::Object => {
            for (key, value) in node.members() {
                find_texts(value, &path.then(Step::Key(key.decode().into_owned())), out);
            }
        }
        Kind::String if may_be_json(node) => {
            let keys = path.steps.iter().filter_map(|step| match step {
                Step::Key(key) => Some(key.split('.').map(fold).collect::<Vec<_>>()),
                _ => None,
            });
            out.push(Text {
                path: path.clone(),
                keys: keys.flatten().filter(|key| !key.is_empty()).collect(),
                depth: path.steps.len() as i32 - 1,
                text: node.as_str().unwrap_or_default().into_owned(),
            });
        }
        _ => {}
    }
}

/// Whether a text begins and ends like a JSON object or a list of them.
fn may_be_json(node: Node<'_>) -> bool {
    let raw = node.raw();
    let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    let object = inner.starts_with("{\\\"") && inner.ends_with('}');
    let list = inner.starts_with("[{\\\"") && inner.ends_with(']');
    raw.len() <= TEXT && (object || list)
}

/// Where a value lies.
#[derive(Clone, Default)]
struct Place {
    inside: Option<Path>,
    path: Path,
    keys: Vec<String>,
    listed: bool,
}

impl Place {
    fn leaf<'a>(&self, path: Path, depth: i32, node: Node<'a>) -> Leaf<'a> {
        Leaf {
            inside: self.inside.clone(),
            path,
            keys: self.keys.clone(),
            words: Vec::new(),
            depth: depth - 1,
            listed: self.listed,
            node,
        }
    }
}

/// Returns the name that a path ends with, behind the last dot; of a pair its name, not its key.
fn name_of(path: &Path) -> &str {
    let mut name = "";
    let mut pair = false;
    for step in &path.steps {
        match step {
            Step::Where(_, value) => (name, pair) = (value, true),
            Step::Key(_) if pair => pair = false,
            Step::Key(key) => name = key.rsplit('.').next().unwrap_or(key),
            Step::Index(_) | Step::Each => {}
        }
    }
    name
}

fn descend<'a>(node: Node<'a>, place: &Place, depth: i32, out: &mut Vec<Leaf<'a>>) {
    if out.len() >= MOST || depth > DEPTH {
        return;
    }
    match node.kind() {
        Kind::Null => {}
        Kind::Object if is_time(node) => out.push(place.leaf(place.path.clone(), depth, node)),
        Kind::Object => {
            for (key, value) in node.members() {
                let name = key.decode().into_owned();
                let mut below = place.clone();
                // A flattened key is a path of its own.
                below.keys.extend(name.split('.').map(fold).filter(|key| !key.is_empty()));
                below.path = place.path.then(Step::Key(name));
                descend(value, &below, depth + 1, out);
            }
        }
        Kind::Array => list(node, place, depth, out),
        _ => out.push(place.leaf(place.path.clone(), depth, node)),
    }
}

/// `{"seconds": 1, "nanos": 2}` and its kin.
fn is_time(node: Node<'_>) -> bool {
    const KEYS: [&str; 4] = ["seconds", "epochSecond", "_seconds", "$date"];
    node.len() <= 3 && KEYS.iter().any(|key| node.get(key).is_some())
}

fn list<'a>(node: Node<'a>, place: &Place, depth: i32, out: &mut Vec<Leaf<'a>>) {
    let Some(first) = node.items().next() else { return };
    if first.kind() != Kind::Object {
        if first.scalar().is_some() {
            out.push(place.leaf(place.path.then(Step::Index(0)), depth, first));
        }
        return;
    }
    let Some((name_key, value_key)) = pair_keys(first) else {
        let below = Place { path: place.path.then(Step::Index(0)), listed: true, ..place.clone() };
        return descend(first, &below, depth, out);
    };
    for element in node.items().take(64) {
        let (Some(name), Some(value)) =
            (element.get(name_key).and_then(|n| n.as_str()), element.get(value_key))
        else {
            continue;
        };
        let mut below = place.clone();
        let pair = Step::Where(name_key.to_owned(), name.clone().into_owned());
        below.path = place.path.then(pair).then(Step::Key(value_key.to_owned()));
        below.keys.push(fold(&name));
        descend(value, &below, depth + 1, out);
    }
}

/// The keys of a list of pairs.
fn pair_keys(element: Node<'_>) -> Option<(&'static str, &'static str)> {
    const PAIRS: [(&str, &str); 4] =
        [("name", "value"), ("key", "value"), ("Name", "Value"), ("Key", "Value")];
    PAIRS.into_iter().find(|(name, value)| {
        element.get(name).is_some() && element.get(value).is_some() && element.len() <= 3
    })
}

/// Returns a number for the shape of a record: its keys, nested, and the types of its values.
pub(crate) fn shape_of(root: Node<'_>) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hash_shape(root, 0, &mut hasher);
    hasher.finish()
}

fn hash_shape(node: Node<'_>, depth: i32, hasher: &mut std::hash::DefaultHasher) {
    if depth > DEPTH {
        return;
    }
    match node.kind() {
        Kind::Object => {
            b'{'.hash(hasher);
            for (key, value) in node.members() {
                key.decode().hash(hasher);
                hash_shape(value, depth + 1, hasher);
            }
            b'}'.hash(hasher);
        }
        Kind::Array => {
            b'['.hash(hasher);
            let pairs = node.items().next().and_then(pair_keys);
            match pairs {
                Some((name, _)) => node.items().take(64).for_each(|element| {
                    element.get(name).and_then(|n| n.scalar()).hash(hasher);
                    hash_shape(element, depth + 1, hasher);
                }),
                None => node.items().take(1).for_each(|element| hash_shape(element, depth + 1, hasher)),
            }
        }
        Kind::String if may_be_json(node) => {
            let text = node.as_str().unwrap_or_default();
            let mut doc = Doc::new();
            match doc.parse(&text) {
                Ok(inner) => hash_shape(inner, depth + 1, hasher),
                Err(_) => b'x'.hash(hasher),
            }
        }
        Kind::String => (b's', value_class(node), what::outcome_word(node.raw())).hash(hasher),
        kind => kind.hash(hasher),
    }
}

/// What the guess asks of a text's value, so that equal shapes have equal guesses.
fn value_class(node: Node<'_>) -> u8 {
    let raw = node.raw();
    let mut class = 0;
    for byte in raw.bytes().take(130) {
        class |= match byte {
            b'@' => 1,
            b' ' => 2,
            b'0'..=b'9' => 4,
            b'a'..=b'z' | b'A'..=b'Z' => 8,
            b'.' => 16,
            b':' => 32,
            _ => 0,
        };
    }
    let empty = is_nothing(raw.trim_matches('"').trim());
    class | if empty { 64 } else { 0 } | if raw.len() > 122 { 128 } else { 0 }
}
