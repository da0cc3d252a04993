//! Records inside other records: envelopes of buses, stores and collectors, also several deep, as values, in
//! lists, as JSON in texts, as JSON in base 64 (packed with gzip too), and as the lines of text that they were.

use std::io::Read as _;

use crate::domain::json::{Doc, Kind, Node, Path};
use crate::ingest::format::plan::Unwrap;
use crate::ingest::map::decode_base64;
use crate::ingest::text;

/// Where in a record the vendor's record lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrapped {
    /// It is the record.
    Not,
    /// It is the value at a path.
    Inside(Path),
    /// It lies in this text, decoded from the record, at a path.
    Text(String, Path),
    /// Several lie in the list at this path, of the record or of a text decoded from it.
    Listed(Option<String>, Path),
}

/// What may be looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Values and JSON.
    Json,
    /// Lines of text as well: a collector kept what a device wrote.
    Lines,
}

/// How many envelopes may lie around a record.
const DEPTH: usize = 4;

/// Longest text that is decoded.
const LONGEST: usize = 64 << 20;

/// How many elements of a list are looked at to see whether it holds records.
const ELEMENTS: usize = 4;

/// Looks for a record that `test` accepts inside the wrappers, and returns what it said and where.
pub(super) fn search<T>(
    root: Node<'_>,
    wrappers: &[&Vec<Unwrap>],
    look: Look,
    test: &mut dyn FnMut(Node<'_>) -> Option<T>,
) -> Option<(T, Wrapped)> {
    Search { wrappers, look, test }.below(root, DEPTH)
}

struct Search<'s, T> {
    wrappers: &'s [&'s Vec<Unwrap>],
    look: Look,
    test: &'s mut dyn FnMut(Node<'_>) -> Option<T>,
}

impl<T> Search<'_, T> {
    fn below(&mut self, root: Node<'_>, depth: usize) -> Option<(T, Wrapped)> {
        if root.kind() != Kind::Object || depth == 0 {
            return None;
        }
        for wrapper in self.wrappers.iter().copied().flatten() {
            let Some(inner) = wrapper.path.first(root) else { continue };
            let found = match inner.kind() {
                Kind::Object => {
                    self.here(inner, depth - 1).map(|(found, wrapped)| (found, wrapped.below(&wrapper.path)))
                }
                Kind::Array if !wrapper.json && !wrapper.base64 => {
                    let found = self.among(inner, depth - 1);
                    found.map(|found| (found, Wrapped::Listed(None, wrapper.path.clone())))
                }
                Kind::String if wrapper.json || wrapper.base64 => self.inside_text(wrapper, inner, depth),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Looks at a value itself, then inside it.
    fn here(&mut self, node: Node<'_>, depth: usize) -> Option<(T, Wrapped)> {
        let here = (self.test)(node).map(|found| (found, Wrapped::Not));
        here.or_else(|| self.below(node, depth))
    }

    /// Looks at the first elements of a list; the records may be their texts.
    fn among(&mut self, list: Node<'_>, depth: usize) -> Option<T> {
        list.items().take(ELEMENTS).find_map(|element| match element.kind() {
            Kind::Object => self.here(element, depth).map(|(found, _)| found),
            Kind::Array if depth > 0 => self.among(element, depth - 1),
            Kind::String => {
                self.in_texts(&texts(&element.as_str()?, self.look), depth).map(|(found, ..)| found)
            }
            _ => None,
        })
    }

    fn inside_text(&mut self, wrapper: &Unwrap, node: Node<'_>, depth: usize) -> Option<(T, Wrapped)> {
        let text = node.as_str().filter(|text| text.len() <= LONGEST)?;
        let texts = match wrapper.base64 {
            true => texts(&String::from_utf8(unpacked(decode_base64(text.trim())?)?).ok()?, self.look),
            false => texts(&text, self.look),
        };
        let (found, text, wrapped) = self.in_texts(&texts, depth - 1)?;
        let wrapped = match wrapped {
            Wrapped::Not => Wrapped::Text(text, Path::default()),
            Wrapped::Inside(path) => Wrapped::Text(text, path),
            Wrapped::Listed(None, path) => Wrapped::Listed(Some(text), path),
            deeper @ (Wrapped::Text(..) | Wrapped::Listed(..)) => deeper,
        };
        Some((found, wrapped))
    }

    fn in_texts(&mut self, texts: &[String], depth: usize) -> Option<(T, String, Wrapped)> {
        texts.iter().find_map(|text| {
            let mut doc = Doc::new();
            let inner = doc.parse(text).ok()?;
            let (found, wrapped) = match inner.kind() {
                Kind::Array => (self.among(inner, depth)?, Wrapped::Listed(None, Path::default())),
                _ => self.here(inner, depth)?,
            };
            Some((found, text.clone(), wrapped))
        })
    }
}

/// Returns the bytes that others were packed from, where they were.
fn unpacked(bytes: Vec<u8>) -> Option<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Some(bytes);
    }
    let mut out = Vec::new();
    let packed = flate2::bufread::MultiGzDecoder::new(bytes.as_slice());
    packed.take(LONGEST as u64).read_to_end(&mut out).ok()?;
    Some(out)
}

/// Returns the documents that a text may be, the likeliest first.
pub(crate) fn texts(text: &str, look: Look) -> Vec<String> {
    let start = text.trim_start();
    if start.starts_with('{') || start.starts_with("[{") || start.starts_with("[\"") {
        return vec![text.to_owned()];
    }
    let mut all = Vec::new();
    // A collector's line may hold a prefix before the record: a time, a host, a tag.
    let behind = start.split_once('{').filter(|(prefix, _)| prefix.len() <= 256);
    if let Some((_, behind)) = behind.filter(|(_, behind)| behind.trim_end().ends_with('}')) {
        all.push(format!("{{{behind}"));
    }
    if look == Look::Lines {
        all.extend(text::document(text.trim_end()));
    }
    all
}

impl Wrapped {
    /// The same seen from outside of a value.
    fn below(self, outer: &Path) -> Wrapped {
        match self {
            Wrapped::Not => Wrapped::Inside(outer.clone()),
            Wrapped::Inside(path) => {
                Wrapped::Inside(Path { steps: outer.steps.iter().cloned().chain(path.steps).collect() })
            }
            Wrapped::Listed(None, path) => {
                let steps = outer.steps.iter().cloned().chain(path.steps).collect();
                Wrapped::Listed(None, Path { steps })
            }
            text @ (Wrapped::Text(..) | Wrapped::Listed(Some(_), _)) => text,
        }
    }
}
