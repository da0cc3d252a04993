//! Masks secrets: passwords, tokens and private keys, wherever a record carries them.
//!
//! Known by the paths that a format names, by the names of fields, and by the shapes of well-known tokens.
//! What is masked says so and how long it was; different secrets of one record are told apart by a number,
//! so that a diff still shows that a secret changed. Pure.

mod entry;
mod shapes;

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

use super::glob;
use super::json::{Doc, Key, Kind, Node, Path, quote};

/// How a masked secret begins.
const MASK: &str = "••••[masked ";

/// How many times a string may hold JSON that holds a string that holds JSON.
const MAX_NESTED: usize = 8;

/// Shortest secret that is looked for in other texts of the same entry.
const MIN_ECHO: usize = 6;

/// Whether a value alone leaves open that it is a secret: only its record tells, by the name of the field it
/// stands in. The ids that everybody knows by their form are none.
pub fn may_be_secret(text: &str) -> bool {
    shapes::looks_random(text) && !shapes::is_uuid(text)
}

/// Whether a part of a text has the shape of a secret.
pub fn has_shape(text: &str) -> bool {
    !shapes::find(text).is_empty()
}

/// Whether a text holds what stands in a secret's place.
pub fn holds_mask(text: &str) -> bool {
    text.contains(MASK)
}

/// Whether a text is what stands in a secret's place.
pub fn is_masked(text: &str) -> bool {
    text.starts_with(MASK) && text.ends_with(']')
}

/// The secrets of one record, in the order they were found.
#[derive(Clone, Default)]
pub struct Secrets {
    seen: Vec<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets", self.seen.len())
    }
}

impl Secrets {
    /// Whether none was found.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Returns what stands in the secret's place.
    fn mask(&mut self, secret: &str) -> String {
        let known = self.seen.iter().position(|seen| seen == secret);
        let at = known.unwrap_or_else(|| {
            self.seen.push(secret.to_owned());
            self.seen.len() - 1
        });
        let length = secret.chars().count();
        match at {
            0 => format!("{MASK}{length}]"),
            _ => format!("{MASK}{length} #{}]", at + 1),
        }
    }
}

/// Finds and masks secrets.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    paths: Vec<Path>,
    /// Patterns of paths, with what a record must hold for any of them to matter.
    globs: Vec<String>,
    needed: Option<Regex>,
}

impl Redactor {
    /// Returns a redactor that knows well-known names and shapes, and these paths into the record. A path
    /// with `*` outside of brackets is a pattern of whole paths: `*password*`, `*.key`.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Redactor {
        let mut out = Redactor::default();
        for pattern in patterns.iter().map(AsRef::as_ref) {
            let path = pattern.parse().ok().filter(|_| !pattern.replace("[*]", "").contains('*'));
            match path {
                Some(path) => out.paths.push(path),
                None => out.globs.push(pattern.to_owned()),
            }
        }
        let literals: Vec<String> = out.globs.iter().map(|glob| regex::escape(glob::literal(glob))).collect();
        if !literals.is_empty() {
            // Without it every record is looked into, which is slower and as right.
            out.needed = Regex::new(&format!("(?i:{})", literals.join("|"))).ok();
        }
        out
    }

    /// Whether a text may hold a value that a pattern names.
    fn may_match(&self, text: &str) -> bool {
        !self.globs.is_empty()
            && self.needed.as_ref().is_none_or(|needed| needed.is_match(text) || text.contains("\\u"))
    }

    /// Whether a pattern names this path.
    fn names(&self, path: &str) -> bool {
        self.globs.iter().any(|glob| glob::matches(glob, path))
    }

    /// Masks the secrets of JSON text; all else stays byte for byte. `None` where there are none, or where
    /// the text is no JSON.
    pub fn json(&self, text: &str, secrets: &mut Secrets) -> Option<String> {
        let mut doc = Doc::new();
        let (suspect, matching) = (shapes::suspect(text), self.may_match(text));
        if !suspect && !matching && self.paths.is_empty() {
            return None;
        }
        let root = doc.parse(text).ok()?;
        let mut edits = Vec::new();
        for path in &self.paths {
            path.visit(root, &mut |node| {
                self.mask_all(node, secrets, &mut edits);
                false
            });
        }
        if matching {
            self.walk_globs(root, secrets, &mut edits);
        }
        if suspect {
            self.walk(root, "", MAX_NESTED, secrets, &mut edits);
        }
        spliced(text, edits)
    }

    /// Masks the secrets of a record as it came. `document` is the record as JSON where its bytes are
    /// none, such as a row of CSV as the object of its cells. `None` where nothing had to be masked.
    pub fn raw(&self, raw: &[u8], document: Option<&str>, secrets: &mut Secrets) -> Option<Vec<u8>> {
        let text = String::from_utf8_lossy(raw);
        let needless = self.paths.is_empty() && !shapes::suspect(&text) && !self.may_match(&text);
        if document.is_none() && needless {
            return None;
        }
        if document.is_none()
            && let Some(masked) = self.json(&text, secrets)
        {
            return Some(masked.into_bytes());
        }
        if let Some(document) = document {
            self.json(document, secrets);
            if let Some(masked) = self.cells(&text, secrets) {
                return masked.map(String::into_bytes);
            }
        }
        if document.is_none() && Doc::new().parse(&text).is_ok() {
            return None;
        }
        self.text(&text, secrets).map(String::into_bytes)
    }

    /// Masks in a row of cells that is JSON what its document showed to be secret: by value, since the cells do not say
    /// what they are called, and whatever escapes they are spelled with. `None` where the text is neither a list nor an
    /// object, and `None` inside where nothing had to be masked.
    fn cells(&self, text: &str, secrets: &mut Secrets) -> Option<Option<String>> {
        let mut doc = Doc::new();
        let root = doc.parse(text).ok().filter(|root| matches!(root.kind(), Kind::Array | Kind::Object))?;
        let mut edits = Vec::new();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            open.extend(node.items().chain(node.members().map(|(_, value)| value)));
            if let Some(cell) = node.scalar().filter(|cell| secrets.seen.iter().any(|seen| seen == cell)) {
                edits.push((span(node), quote(&secrets.mask(&cell))));
            }
        }
        self.walk(root, "", MAX_NESTED, secrets, &mut edits);
        Some(spliced(text, edits))
    }

    /// Masks the parts of a text that have the shape of a secret or are one found before.
    /// `None` where there are none.
    pub fn text(&self, text: &str, secrets: &mut Secrets) -> Option<String> {
        let mut found = shapes::find(text);
        for secret in secrets.seen.iter().filter(|secret| secret.len() >= MIN_ECHO) {
            found.extend(text.match_indices(secret.as_str()).map(|(at, hit)| at..at + hit.len()));
        }
        let edits = found
            .into_iter()
            .map(|range| {
                let secret = text.get(range.clone()).unwrap_or_default();
                (range, secrets.mask(secret))
            })
            .collect();
        spliced(text, edits)
    }

    /// Masks what the patterns name.
    fn walk_globs(&self, root: Node<'_>, secrets: &mut Secrets, edits: &mut Edits) {
        let mut open = vec![(root, String::new())];
        while let Some((node, path)) = open.pop() {
            if self.names(&path) {
                mask_strings(node, secrets, edits);
                continue;
            }
            let from = open.len();
            let dot = if path.is_empty() { "" } else { "." };
            let member = |key: Key<'_>| format!("{path}{dot}{}", key.decode());
            open.extend(node.members().map(|(key, value)| (value, member(key))));
            open.extend(node.items().enumerate().map(|(at, element)| (element, format!("{path}[{at}]"))));
            open[from..].reverse();
        }
    }

    /// Looks at a value and all it holds; `field` is the key it stands under.
    fn walk(&self, root: Node<'_>, field: &str, nested: usize, secrets: &mut Secrets, edits: &mut Edits) {
        // Own stack: values may nest deeper than the program's.
        let mut open = vec![(root, Cow::Borrowed(field))];
        while let Some((node, field)) = open.pop() {
            let name = shapes::name(&field);
            let from = open.len();
            match node.kind() {
                Kind::Object => {
                    let named = labelled(node);
                    open.extend(node.members().map(|(key, value)| {
                        let key = key.decode();
                        let of = named.clone().filter(|_| shapes::is_value_key(&key));
                        (value, of.unwrap_or(key))
                    }));
                }
                // The elements of `tokens: [..]` stand under the name of their list.
                Kind::Array => open.extend(node.items().map(|element| (element, field.clone()))),
                Kind::String => self.string(node, name, nested, secrets, edits),
                Kind::Number if name == shapes::Name::Secret => {
                    edits.push((span(node), quote(&secrets.mask(node.raw()))));
                }
                _ => {}
            }
            // The stack gives back the last first; secrets are numbered in the order of the text.
            open[from..].reverse();
        }
    }

    fn string(
        &self,
        node: Node<'_>,
        name: shapes::Name,
        nested: usize,
        secrets: &mut Secrets,
        edits: &mut Edits,
    ) {
        let text = node.as_str().unwrap_or_default();
        let secret = match name {
            shapes::Name::Secret => true,
            shapes::Name::Likely => shapes::is_no_name(&text),
            shapes::Name::Maybe => shapes::looks_random(&text),
            shapes::Name::Other => false,
        };
        if secret && shapes::is_placeholder(&text) {
            return;
        }
        if secret {
            return edits.push((span(node), quote(&secrets.mask(&text))));
        }
        let masked = self.nested(&text, nested, secrets).or_else(|| self.text(&text, secrets));
        if let Some(masked) = masked {
            edits.push((span(node), quote(&masked)));
        }
    }

    /// Masks the JSON that a string holds.
    fn nested(&self, text: &str, nested: usize, secrets: &mut Secrets) -> Option<String> {
        if nested == 0 || !text.trim_start().starts_with(['{', '[']) {
            return None;
        }
        let mut doc = Doc::new();
        let root = doc.parse(text).ok()?;
        let mut edits = Vec::new();
        self.walk(root, "", nested - 1, secrets, &mut edits);
        spliced(text, edits)
    }

    /// Masks every string and number of a value that a format calls secret.
    fn mask_all(&self, node: Node<'_>, secrets: &mut Secrets, edits: &mut Edits) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            match node.kind() {
                Kind::Object => open.extend(node.members().map(|(_, value)| value)),
                Kind::Array => open.extend(node.items()),
                Kind::String | Kind::Number => {
                    let text = node.scalar().unwrap_or_default();
                    if !shapes::is_placeholder(&text) {
                        edits.push((span(node), quote(&secrets.mask(&text))));
                    }
                }
                Kind::Bool | Kind::Null => {}
            }
        }
    }
}

/// In an object like `{"field": "password", "old": .., "new": ..}` the field; `None` where it is no secret.
fn labelled<'n>(object: Node<'n>) -> Option<Cow<'n, str>> {
    if object.len() > 12 {
        return None;
    }
    let named = |(key, value): (Key<'_>, Node<'n>)| {
        let label = value.kind() == Kind::String && shapes::is_label(&key.decode());
        let field = value.as_str().filter(|_| label)?;
        (shapes::name(last_key(&field)) != shapes::Name::Other).then(|| last_key(&field).to_owned())
    };
    object.members().find_map(named).map(Cow::Owned)
}

/// Masks every string of a value but times, which tell when and not what.
fn mask_strings(root: Node<'_>, secrets: &mut Secrets, edits: &mut Edits) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let from = open.len();
        open.extend(node.members().map(|(_, value)| value));
        open.extend(node.items());
        open[from..].reverse();
        let Some(text) = node.as_str() else { continue };
        if !shapes::is_placeholder(&text) && !shapes::is_time(&text) {
            edits.push((span(node), quote(&secrets.mask(&text))));
        }
    }
}

/// Byte ranges and what is to stand there.
type Edits = Vec<(Range<usize>, String)>;

fn span(node: Node<'_>) -> Range<usize> {
    node.offset()..node.offset() + node.raw().len()
}

/// Returns the text with its edits; `None` where there are none. Of edits that overlap the first wins.
fn spliced(text: &str, mut edits: Edits) -> Option<String> {
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, mask) in edits {
        if range.start < at {
            continue;
        }
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&mask);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Some(out)
}

/// The last key of a path: `b` of `a.b` and of `a.b[2]`.
fn last_key(path: &str) -> &str {
    let path = path.split('[').next().filter(|_| path.ends_with(']')).unwrap_or(path);
    path.rsplit('.').next().unwrap_or(path).trim_matches('"')
}

#[cfg(test)]
mod tests;
