//! The scalars of a record with their paths, and the part they may play.

use std::hash::{Hash as _, Hasher as _};

use super::inner::{self, Inner};
use super::what;
use crate::domain::json::{Doc, Kind, Node, Path, Step};
use crate::ingest::format::glob::fold;
use crate::ingest::format::trie::column_of;
use crate::ingest::map::words;

/// Most scalars looked at.
const MOST: usize = 600;

/// How deep.
const DEPTH: i32 = 6;

/// A scalar, or a list of scalars.
pub(super) struct Leaf<'a> {
    /// Which text of the record it lies in, counted from 1; 0 is the record itself.
    pub(super) inside: usize,
    pub(super) path: Path,
    /// The path from the record on, as a format file says it.
    pub(super) text: String,
    /// The keys of the path in lower case, letters and digits alone.
    pub(super) keys: Vec<String>,
    /// The words of the last of them.
    pub(super) words: Vec<String>,
    pub(super) depth: i32,
    /// It is of one of several things in a list.
    pub(super) listed: bool,
    pub(super) node: Node<'a>,
}

impl Leaf<'_> {
    /// Whether the value says that there is none.
    pub(super) fn says_nothing(&self) -> bool {
        self.node.scalar().is_some_and(|text| super::is_nothing(&text))
    }
}

/// Returns the scalars in the order of the text. Of a list of objects the first element stands for all; of
/// `[{name, value}]` every pair is a leaf under its name.
pub(super) fn collect<'a>(root: Node<'a>, inner: &[(&Inner, Node<'a>)]) -> Vec<Leaf<'a>> {
    let mut leaves = Vec::new();
    descend(root, &Path::default(), &[], 0, &mut leaves);
    // What a text holds stands for the text.
    leaves.retain(|leaf| inner.iter().all(|(inner, _)| !inner.whole || inner.path != leaf.path));
    for (at, (inner, node)) in inner.iter().enumerate() {
        let first = leaves.len();
        // A column of a table that has no name says nothing of what it holds.
        let above = if nameless(&inner.keys) { &[] } else { inner.keys.as_slice() };
        let depth = above.len() as i32;
        descend(*node, &Path::default(), above, depth, &mut leaves);
        leaves.iter_mut().skip(first).for_each(|leaf| leaf.inside = at + 1);
    }
    let typed = is_of_workspace(root);
    for leaf in &mut leaves {
        let plain = leaf.path.steps.last().and_then(|step| match step {
            Step::Key(key) => of_odata(key).or_else(|| of_workspace(key).filter(|_| typed)),
            _ => None,
        });
        leaf.words = words::words(plain.as_deref().unwrap_or_else(|| name_of(&leaf.path)));
        leaf.text = match leaf.inside.checked_sub(1).and_then(|at| inner.get(at)) {
            Some((inner, _)) => format!("{}|json.{}", inner.path, leaf.path),
            None => leaf.path.to_string(),
        };
    }
    leaves
}

/// Whether a value is a cell of a table without a header.
pub(super) fn nameless(keys: &[String]) -> bool {
    let [key] = keys else { return false };
    key.strip_prefix("column").is_some_and(|number| {
        !number.is_empty() && number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Returns what a key of OData is about: `_userid_value` is `userid`, and what stands beside it under
/// `_userid_value@OData.Community.Display.V1.FormattedValue` is `user_name`.
fn of_odata(key: &str) -> Option<String> {
    let (name, shown) = match key.split_once("@OData.") {
        Some((name, display)) => (name, display.ends_with("FormattedValue")),
        None => (key, false),
    };
    let looked_up = name.strip_prefix('_').and_then(|name| name.strip_suffix("_value"));
    let name = looked_up.unwrap_or(name);
    if !shown {
        return looked_up.map(str::to_owned);
    }
    let short = name.strip_suffix("id").or_else(|| name.strip_suffix("code")).unwrap_or(name);
    Some(format!("{short}_name"))
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

/// Returns what a column of a log workspace is called less the letter of its type, which only its own tables have:
/// `eventType_s`, `published_t [UTC]`.
fn of_workspace(key: &str) -> Option<String> {
    let name = column_of(key).unwrap_or(key);
    let plain = ["_s", "_t", "_d", "_b", "_g"].into_iter().find_map(|letter| name.strip_suffix(letter))?;
    Some(if name.ends_with("_t") { format!("{plain} [UTC]") } else { plain.to_owned() })
}

/// Whether a record is a row of such a table.
fn is_of_workspace(root: Node<'_>) -> bool {
    root.get("TimeGenerated").or_else(|| root.get("TimeGenerated [UTC]")).is_some()
}

fn descend<'a>(node: Node<'a>, path: &Path, keys: &[String], depth: i32, out: &mut Vec<Leaf<'a>>) {
    if out.len() >= MOST || depth > DEPTH {
        return;
    }
    match node.kind() {
        Kind::Null => {}
        Kind::Object if is_time(node) => out.push(leaf(path.clone(), keys, depth, node)),
        Kind::Object => {
            let typed = depth == 0 && is_of_workspace(node);
            for (key, value) in node.members() {
                let name = key.decode().into_owned();
                let mut below = keys.to_vec();
                // A flattened key is a path of its own.
                let plain = of_odata(&name).or_else(|| of_workspace(&name).filter(|_| typed));
                let known = plain.as_deref().unwrap_or(&name);
                below.extend(known.split('.').map(fold).filter(|key| !key.is_empty()));
                descend(value, &path.then(Step::Key(name)), &below, depth + 1, out);
            }
        }
        Kind::Array => list(node, path, keys, depth, out),
        _ => {
            out.push(leaf(path.clone(), keys, depth, node));
        }
    }
}

fn leaf<'a>(path: Path, keys: &[String], depth: i32, node: Node<'a>) -> Leaf<'a> {
    Leaf {
        inside: 0,
        path,
        text: String::new(),
        keys: keys.to_vec(),
        words: Vec::new(),
        depth: depth - 1,
        listed: false,
        node,
    }
}

/// `{"seconds": 1, "nanos": 2}` and its kin.
fn is_time(node: Node<'_>) -> bool {
    const KEYS: [&str; 4] = ["seconds", "epochSecond", "_seconds", "$date"];
    node.len() <= 4 && KEYS.iter().any(|key| node.get(key).is_some())
}

fn list<'a>(node: Node<'a>, path: &Path, keys: &[String], depth: i32, out: &mut Vec<Leaf<'a>>) {
    let Some(first) = node.items().next() else { return };
    if first.kind() != Kind::Object {
        if first.scalar().is_some() {
            out.push(leaf(path.then(Step::Index(0)), keys, depth, first));
        }
        return;
    }
    let Some((name_key, value_key)) = pair_keys(first) else {
        let from = out.len();
        descend(first, &path.then(Step::Index(0)), keys, depth, out);
        return out.iter_mut().skip(from).for_each(|leaf| leaf.listed = true);
    };
    for element in node.items().take(64) {
        let (Some(name), Some(value)) =
            (element.get(name_key).and_then(|n| n.as_str()), element.get(value_key))
        else {
            continue;
        };
        let step = path.then(Step::Where(name_key.to_owned(), name.clone().into_owned()));
        let mut below = keys.to_vec();
        below.push(fold(&name));
        descend(value, &step.then(Step::Key(value_key.to_owned())), &below, depth + 1, out);
    }
}

/// The keys of a list of pairs.
fn pair_keys(element: Node<'_>) -> Option<(&'static str, &'static str)> {
    const PAIRS: [(&str, &str); 4] =
        [("name", "value"), ("key", "value"), ("Name", "Value"), ("Key", "Value")];
    PAIRS.into_iter().find(|(name, value)| {
        // A pair with a value of before is a change.
        let changed = || element.members().any(|(key, _)| super::change::is_before(&key.decode()));
        element.get(name).is_some() && element.get(value).is_some() && element.len() <= 3 && !changed()
    })
}

/// Returns a number for the shape of a record: its keys, nested, and the types of its values.
pub(crate) fn shape_of(root: Node<'_>) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hash_shape("", root, 0, &mut hasher);
    hasher.finish()
}

fn hash_shape(key: &str, node: Node<'_>, depth: i32, hasher: &mut std::hash::DefaultHasher) {
    if depth > DEPTH {
        return;
    }
    match node.kind() {
        Kind::Object => {
            b'{'.hash(hasher);
            for (key, value) in node.members() {
                let key = key.decode();
                key.hash(hasher);
                hash_shape(&key, value, depth + 1, hasher);
            }
            b'}'.hash(hasher);
        }
        Kind::Array => {
            b'['.hash(hasher);
            let pairs = node.items().next().and_then(pair_keys);
            match pairs {
                Some((name, _)) => node.items().take(64).for_each(|element| {
                    element.get(name).and_then(|n| n.scalar()).hash(hasher);
                    hash_shape("", element, depth + 1, hasher);
                }),
                None => node.items().take(1).for_each(|element| hash_shape("", element, depth + 1, hasher)),
            }
        }
        Kind::String => {
            (b's', value_class(node), what::outcome_word(node.raw())).hash(hasher);
            let mut doc = Doc::new();
            // What a text holds is guessed from as well.
            if let Some((text, _)) = inner::held(&fold(key), node, &mut doc)
                && let Ok(inner) = doc.parse(&text)
            {
                hash_shape("", inner, depth + 1, hasher);
            }
        }
        kind => kind.hash(hasher),
    }
}

/// What the guess asks of a text's value, so that equal shapes have equal guesses.
fn value_class(node: Node<'_>) -> u16 {
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
            b'/' => 256,
            _ => 0,
        };
    }
    let empty = super::is_nothing(raw.trim_matches('"'));
    class | if empty { 64 } else { 0 } | if raw.len() > 122 { 128 } else { 0 }
}
