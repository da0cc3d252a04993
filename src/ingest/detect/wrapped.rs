//! Records inside other records: envelopes of buses, stores and collectors, also several deep, as values, as
//! JSON in texts, and as JSON in base 64.

use crate::domain::json::{Doc, Kind, Node, Path};
use crate::ingest::format::plan::Unwrap;
use crate::ingest::map::decode_base64;

/// Where in a record the vendor's record lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrapped {
    /// It is the record.
    Not,
    /// It is the value at a path.
    Inside(Path),
    /// It lies in this text, decoded from the record, at a path.
    Text(String, Path),
}

/// How many envelopes may lie around a record.
const DEPTH: usize = 4;

/// Longest text that is decoded.
const LONGEST: usize = 64 << 20;

/// Looks for a record that `test` accepts inside the wrappers, and returns what it said and where.
pub(super) fn search<T>(
    root: Node<'_>,
    wrappers: &[&Vec<Unwrap>],
    test: &mut dyn FnMut(Node<'_>) -> Option<T>,
) -> Option<(T, Wrapped)> {
    search_below(root, wrappers, DEPTH, test)
}

fn search_below<T>(
    root: Node<'_>,
    wrappers: &[&Vec<Unwrap>],
    depth: usize,
    test: &mut dyn FnMut(Node<'_>) -> Option<T>,
) -> Option<(T, Wrapped)> {
    if root.kind() != Kind::Object || depth == 0 {
        return None;
    }
    for wrapper in wrappers.iter().copied().flatten() {
        let Some(inner) = wrapper.path.first(root) else { continue };
        let found = match inner.kind() {
            Kind::Object => {
                let here = test(inner).map(|found| (found, Wrapped::Not));
                let below = here.or_else(|| search_below(inner, wrappers, depth - 1, test));
                below.map(|(found, wrapped)| (found, wrapped.below(&wrapper.path)))
            }
            Kind::String if wrapper.json || wrapper.base64 => {
                inside_text(wrapper, inner, wrappers, depth, test)
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn inside_text<T>(
    wrapper: &Unwrap,
    node: Node<'_>,
    wrappers: &[&Vec<Unwrap>],
    depth: usize,
    test: &mut dyn FnMut(Node<'_>) -> Option<T>,
) -> Option<(T, Wrapped)> {
    let text = inner_text(wrapper, node)?;
    let mut doc = Doc::new();
    let inner = doc.parse(&text).ok()?;
    let here = test(inner).map(|found| (found, Wrapped::Not));
    let (found, wrapped) = here.or_else(|| search_below(inner, wrappers, depth - 1, test))?;
    let wrapped = match wrapped {
        Wrapped::Not => Wrapped::Text(text, Path::default()),
        Wrapped::Inside(path) => Wrapped::Text(text, path),
        deeper @ Wrapped::Text(..) => deeper,
    };
    Some((found, wrapped))
}

/// Decodes a text, if it may be a JSON object.
fn inner_text(wrapper: &Unwrap, node: Node<'_>) -> Option<String> {
    let text = node.as_str().filter(|text| text.len() <= LONGEST)?;
    let text = match wrapper.base64 {
        true => String::from_utf8(decode_base64(text.trim())?).ok()?,
        false => text.into_owned(),
    };
    let start = text.trim_start();
    if start.starts_with('{') {
        return Some(text);
    }
    // A collector's line may hold a prefix before the record: a time, a host, a tag.
    let (_, behind) = start.split_once('{').filter(|(prefix, _)| prefix.len() <= 256)?;
    behind.trim_end().ends_with('}').then(|| format!("{{{behind}"))
}

impl Wrapped {
    /// The same seen from outside of a value.
    fn below(self, outer: &Path) -> Wrapped {
        match self {
            Wrapped::Not => Wrapped::Inside(outer.clone()),
            Wrapped::Inside(path) => {
                Wrapped::Inside(Path { steps: outer.steps.iter().cloned().chain(path.steps).collect() })
            }
            text @ Wrapped::Text(..) => text,
        }
    }
}
