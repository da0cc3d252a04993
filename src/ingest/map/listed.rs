//! Records that lie in a list of another: a delivery of a bus or a collector. Each is mapped on its own, by its own
//! vendor's format, and is a part of the record that holds them.

use super::{Content, MapInfo, Mapper};
use crate::domain::Entry;
use crate::domain::json::{Doc, Kind, Node, Path};
use crate::ingest::detect::{Look, texts};
use crate::ingest::format::Want;

/// How deep lists may lie in each other.
const DEPTH: usize = 4;

/// The mapper of the elements, made when it is first needed.
#[derive(Default)]
pub(super) struct Listed(Option<Box<Mapper>>);

/// Where the list is.
pub(super) struct Place<'r, 'a> {
    pub(super) root: Node<'a>,
    /// The text of the record that holds it, where it does not lie in the record itself.
    pub(super) text: Option<&'r str>,
    pub(super) path: &'r Path,
    /// The vendor itself delivers its records so: what each is does not depend on the others.
    pub(super) own: bool,
}

impl Mapper {
    /// Maps every element and appends the entries, their parts counted through.
    pub(super) fn map_listed<'a>(
        &mut self,
        place: &Place<'_, 'a>,
        want: Want,
        out: &mut Vec<Entry<'a>>,
    ) -> MapInfo {
        let Mapper { formats, format, context, listed, scratch, trace, .. } = self;
        let mapper = listed
            .0
            .get_or_insert_with(|| Box::new(Mapper::new(formats.clone(), format.clone(), context.clone())));
        let mut unidentified = false;
        let content = Content::of(place.root, &mut scratch.content);
        let first = out.len();
        each(place, &mut |element| {
            let mut entries = Vec::new();
            match trace.as_mut() {
                None => unidentified |= mapper.map(element, want, &mut entries).unidentified,
                Some(trace) => {
                    let (explained, filled) = mapper.explain(element);
                    entries = explained;
                    trace.extend(filled);
                }
            }
            for entry in entries {
                let part = (out.len() - first) as u32;
                let mut entry = entry.into_owned();
                entry.place.part = part;
                if !place.own {
                    entry.id = content.id(part, &scratch.content);
                }
                out.push(entry);
            }
        });
        MapInfo { unidentified, redetected: false }
    }
}

/// Calls `each` with every record of the list.
fn each(place: &Place<'_, '_>, each: &mut dyn FnMut(Node<'_>)) {
    let mut doc = Doc::new();
    let holder = match place.text {
        Some(text) => doc.parse(text).ok(),
        None => Some(place.root),
    };
    if let Some(list) = holder.and_then(|holder| place.path.first(holder)) {
        elements(list, DEPTH, each);
    }
}

fn elements(list: Node<'_>, depth: usize, each: &mut dyn FnMut(Node<'_>)) {
    for element in list.items() {
        match element.kind() {
            Kind::Object => each(element),
            Kind::Array if depth > 0 => elements(element, depth - 1, each),
            Kind::String => {
                let Some(text) = element.as_str() else { continue };
                let mut doc = Doc::new();
                let read = texts(&text, Look::Lines).into_iter().find(|text| doc.parse(text).is_ok());
                let Some(text) = read else { continue };
                match doc.parse(&text) {
                    Ok(node) if node.kind() == Kind::Object => each(node),
                    Ok(node) if depth > 0 => elements(node, depth - 1, each),
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
