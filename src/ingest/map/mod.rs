//! Records into entries: the mapper of a parse worker.
//!
//! A record is walked once, into the slots of its format's plan; fields are then rules over slots. Entries
//! borrow from the record and the plan. Never fails: a record that its format does not fit is detected on its
//! own, and at worst the generic plan of its shape maps it.

mod content;
mod eval;
mod fill;
mod listed;
mod memo;
mod rest;
mod text;
mod state;
pub(crate) mod words;

use std::sync::Arc;

use hashbrown::HashMap;

pub(crate) use crate::domain::base64::decode as decode_base64;
use content::Content;
pub(crate) use eval::Eval;
pub use eval::Filled;
use eval::{Scratch, Trace};

use super::detect::{Fit, Wrapped};
use super::format::plan::{Again, PathRef, Plan, ScopeKind};
use super::format::{Format, Formats, MapContext, Want};
use super::generic;
use crate::domain::json::{Doc, Kind, Node};
use crate::domain::{Entry, EntryId};

/// Most shapes whose guessed plans are kept.
const SHAPES: usize = 256;

/// Longest encoded text that is decoded.
const EMBEDDED: usize = 64 << 20;

/// What else is known about a record once it is mapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapInfo {
    /// The vendor gives no id: identical records of a source are different entries.
    pub unidentified: bool,
    /// The record was not of the format the mapper was made for.
    pub redetected: bool,
}

/// Maps records; one per worker.
pub struct Mapper {
    formats: Formats,
    format: Arc<Format>,
    context: MapContext,
    scratch: Scratch,
    /// The format of the record at hand.
    current: Arc<Format>,
    /// Its plan, where it was guessed.
    guessed: Option<Arc<Plan>>,
    shapes: HashMap<u64, Arc<Plan>>,
    wrapper: Embedded,
    embedded: Vec<Embedded>,
    trace: Option<Trace>,
    /// The slots hold the record at hand: it was walked to see whether its format's predicate holds.
    fitted: bool,
    /// The keys of the record at hand are in another case than the vendor's.
    any_case: bool,
    /// The vendor itself also delivers the record without what lies around it here.
    own_wrapper: bool,
    /// What a format of bare lines leaves open.
    rest: rest::Rest,
    /// The mapper of records that lie in a list of another.
    listed: listed::Listed,
}

/// Text decoded from a record, with its values.
#[derive(Default)]
struct Embedded {
    text: String,
    doc: Doc,
}

impl std::fmt::Debug for Mapper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mapper").field("format", &self.format.name).finish_non_exhaustive()
    }
}

impl Mapper {
    /// Returns a mapper for the records of a source.
    pub fn new(formats: Formats, format: Arc<Format>, context: MapContext) -> Mapper {
        Mapper {
            current: format.clone(),
            formats,
            format,
            context,
            scratch: Scratch::default(),
            guessed: None,
            shapes: HashMap::new(),
            wrapper: Embedded::default(),
            embedded: Vec::new(),
            trace: None,
            fitted: false,
            any_case: false,
            own_wrapper: false,
            rest: rest::Rest::default(),
            listed: listed::Listed::default(),
        }
    }

    /// Maps one record, given by the root of its document, and appends its entries in the order of their
    /// parts. Fills everything but the source, record and offset of their place.
    pub fn map<'a>(&'a mut self, root: Node<'a>, want: Want, out: &mut Vec<Entry<'a>>) -> MapInfo {
        let chosen = self.choose(root);
        self.map_chosen(root, &chosen, want, out)
    }

    /// Maps one record and returns, beside the entries, which path filled which field.
    pub fn explain(&mut self, root: Node<'_>) -> (Vec<Entry<'static>>, Vec<Filled>) {
        self.trace = Some(Trace::new());
        let mut out = Vec::new();
        let chosen = self.choose(root);
        self.map_chosen(root, &chosen, Want::Full, &mut out);
        let entries = out.into_iter().map(Entry::into_owned).collect();
        (entries, self.trace.take().unwrap_or_default())
    }

    /// Returns the plan that was guessed for the record mapped last.
    pub(crate) fn guessed_plan(&self) -> Option<&Plan> {
        self.guessed.as_deref().filter(|_| self.current.generic)
    }

    /// Decides which format the record is of and where in it the vendor's record lies.
    fn choose(&mut self, root: Node<'_>) -> Wrapped {
        let format = self.format.clone();
        // What a guess or an envelope fits may hold a vendor's record.
        let fit = match format.generic || format.envelope {
            true => None,
            false => self.formats.fit(&format, root, &mut self.scratch.found),
        };
        self.fitted = fit.as_ref().is_some_and(|fit| fit.wrapped == Wrapped::Not);
        let (format, fit) = match fit {
            Some(fit) => (format, fit),
            None if self.context.forced => (format, Fit::PLAIN),
            None => self.formats.find(root, &mut self.scratch.found),
        };
        if !Arc::ptr_eq(&format, &self.current) {
            self.scratch.forget();
            self.current = format;
        }
        self.any_case = fit.any_case;
        self.own_wrapper = fit.own;
        self.unwrap(root, fit.wrapped)
    }

    /// Reads the wrapped record, and guesses a plan for it where no format knows it.
    fn unwrap(&mut self, root: Node<'_>, mut wrapped: Wrapped) -> Wrapped {
        if let Wrapped::Text(text, _) = &mut wrapped {
            self.wrapper.text = std::mem::take(text);
        }
        if self.current.generic {
            let plan = match &wrapped {
                Wrapped::Not => self.guess(root),
                Wrapped::Inside(path) => self.guess(path.first(root).unwrap_or(root)),
                Wrapped::Text(_, path) => {
                    let mut doc = Doc::new();
                    let text = std::mem::take(&mut self.wrapper.text);
                    let plan =
                        self.guess(doc.parse(&text).map_or(root, |node| path.first(node).unwrap_or(node)));
                    self.wrapper.text = text;
                    plan
                }
                // Each of those is guessed on its own.
                Wrapped::Listed(..) => return wrapped,
            };
            self.guessed = Some(plan);
            self.scratch.forget();
        }
        wrapped
    }

    fn guess(&mut self, record: Node<'_>) -> Arc<Plan> {
        let shape = generic::shape_of(record);
        if let Some(plan) = self.shapes.get(&shape) {
            return plan.clone();
        }
        if self.shapes.len() >= SHAPES {
            self.shapes.clear();
        }
        let plan = Arc::new(generic::plan_for(record, &self.context.learned));
        self.shapes.insert(shape, plan.clone());
        plan
    }

    fn map_chosen<'a>(
        &'a mut self,
        root: Node<'a>,
        wrapped: &Wrapped,
        want: Want,
        out: &mut Vec<Entry<'a>>,
    ) -> MapInfo {
        let redetected = !Arc::ptr_eq(&self.current, &self.format);
        if let Wrapped::Listed(text, path) = wrapped {
            let place = listed::Place { root, text: text.as_deref(), path, own: self.own_wrapper };
            return MapInfo { redetected, ..self.map_listed(&place, want, out) };
        }
        let (any_case, own_wrapper) = (self.any_case, self.own_wrapper);
        let Mapper {
            fitted,
            current,
            guessed,
            scratch,
            wrapper,
            embedded,
            context,
            trace,
            formats,
            rest,
            ..
        } = self;
        let plan: &'a Plan = match (current.generic, &*guessed) {
            (true, Some(plan)) => plan,
            _ => &current.plan,
        };
        let record = match wrapped {
            Wrapped::Not | Wrapped::Listed(..) => root,
            Wrapped::Inside(path) => path.first(root).unwrap_or(root),
            Wrapped::Text(_, path) => {
                let Embedded { text, doc } = wrapper;
                doc.parse(text).map_or(root, |node| path.first(node).unwrap_or(node))
            }
        };
        // Where the record itself was tested against this plan, its slots are filled already.
        let walked = matches!(wrapped, Wrapped::Not) && !current.generic && *fitted;
        if !walked {
            scratch.found.clear();
            scratch.found.resize(plan.slots, super::format::trie::NOWHERE);
        }
        // What the vendor delivers with and without a wrapper of its own is one record.
        let content = Content::of(if own_wrapper { record } else { root }, &mut scratch.content);
        let entry = Entry { guessed: plan.guessed, ..Entry::blank(current.name.as_str()) };
        let nodes = vec![None; plan.scopes.len()];
        let trace = trace.as_mut();
        let mut eval = Eval {
            plan,
            entry,
            nodes,
            scratch,
            context,
            want,
            trace,
            rows: [None; 8],
            unguard: false,
            any_case,
            list: String::new(),
            constant: false,
        };
        if walked {
            eval.nodes[0] = Some(record);
        } else {
            eval.enter(0, record);
        }
        decode_embedded(&mut eval, embedded);
        eval.unguard = !plan.unguard.is_empty() && eval.holds(&plan.unguard);
        if let Some(again) = &plan.again
            && let Some(info) = map_again(&mut eval, again, formats, out)
        {
            return MapInfo { redetected, ..info };
        }
        let lone = want == Want::Changes && plan.lone_changes && !current.guess_rest;
        let unidentified = !lone && eval.text("id", &plan.id).is_none();
        let listed = plan.each.is_some().then(|| elements(&eval, plan));
        let elements = listed.as_deref().unwrap_or(&[None]);
        let parts = elements.len();
        let blank = (parts > 1).then(|| eval.entry.clone());
        for (part, element) in elements.iter().enumerate() {
            if let (Some(element), Some((path, scope))) = (element, &plan.each) {
                eval.enter(*scope, *element);
                if eval.trace.is_some() {
                    eval.list = path.text.to_string();
                }
            }
            eval.entry.place.part = part as u32;
            if lone {
                fill::changes(&mut eval);
            } else {
                eval.entry.id = content.id(part as u32, &eval.scratch.content);
                fill::fill(&mut eval);
            }
            if let Some(blank) = blank.as_ref().filter(|_| part + 1 < parts) {
                out.push(std::mem::replace(&mut eval.entry, blank.clone()));
            }
        }
        // An entry is large: the last one, mostly the only one, is moved once.
        let Eval { entry, trace, .. } = eval;
        out.push(entry);
        if let (1, Some(entry)) = (parts, out.last_mut()) {
            rest.fill((current, formats, context), (record, want), entry, trace);
        }
        MapInfo { unidentified, redetected }
    }
}

/// Returns the elements that are entries of their own, or one `None` for the record as a whole.
fn elements<'a>(eval: &Eval<'a, '_>, plan: &'a Plan) -> Vec<Option<Node<'a>>> {
    let mut elements = Vec::new();
    if let Some((path, _)) = &plan.each {
        eval.visit(path, &mut |node| match node.kind() {
            Kind::Array => elements.extend(node.items().map(Some)),
            Kind::Object => elements.push(Some(node)),
            _ => {}
        });
    }
    if elements.is_empty() {
        elements.push(None);
    }
    elements
}

/// Reads the JSON in strings that paths lead into, in the order of the scopes: a later one may lie in an
/// earlier one.
fn decode_embedded<'a>(eval: &mut Eval<'a, '_>, embedded: &'a mut Vec<Embedded>) {
    let plan = eval.plan;
    let wanted = plan.scopes.iter().filter(|scope| matches!(scope.kind, ScopeKind::Embedded { .. })).count();
    if wanted == 0 {
        return;
    }
    embedded.resize_with(wanted.max(embedded.len()), Embedded::default);
    let mut free = embedded.iter_mut();
    for (at, scope) in plan.scopes.iter().enumerate() {
        let ScopeKind::Embedded { path, base64 } = &scope.kind else { continue };
        let Some(buffer) = free.next() else { return };
        if let Some(node) = embedded_node(eval, path, *base64, buffer) {
            eval.enter(at as u16, node);
        }
    }
}

fn embedded_node<'a>(
    eval: &Eval<'a, '_>,
    path: &PathRef,
    base64: bool,
    buffer: &'a mut Embedded,
) -> Option<Node<'a>> {
    let node = eval.node(path)?;
    // Some exporters write the object itself where others write its text.
    if !base64 && matches!(node.kind(), Kind::Object | Kind::Array) {
        return Some(node);
    }
    let text = node.as_str().filter(|text| text.len() <= EMBEDDED)?;
    let Embedded { text: buffer, doc } = buffer;
    buffer.clear();
    match base64 {
        true => buffer.push_str(std::str::from_utf8(&decode_base64(&text)?).ok()?),
        // A line that was written to a log may have a prefix.
        false => buffer.push_str(json_in(&text)),
    }
    // What was guessed may come from a line of pairs.
    if eval.plan.guessed.is_some()
        && !buffer.trim_start().starts_with('{')
        && let Some(pairs) = super::text::pairs(text.trim())
    {
        *buffer = pairs;
    }
    doc.parse(buffer).ok()
}

/// Returns the JSON that a text is, or that stands behind a prefix.
fn json_in(text: &str) -> &str {
    let whole = text.trim_start().starts_with(['{', '[', '"']);
    let at = text.find('{').filter(|_| !whole && text.trim_end().ends_with('}'));
    at.and_then(|at| text.get(at..)).unwrap_or(text)
}

/// Maps the vendor's record inside our own export, so that entry and id are those of the first import.
/// Where the record is not at hand (a CSV, a masked record), the fields as exported are mapped instead, and
/// the stated id is trusted.
fn map_again<'a>(
    eval: &mut Eval<'a, '_>,
    again: &'a Again,
    formats: &Formats,
    out: &mut Vec<Entry<'a>>,
) -> Option<MapInfo> {
    let stated = eval.text("id", &again.id).and_then(|text| EntryId::stated(text.trim()));
    let part = eval.text("part", &again.part).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    let masked = eval.text("redacted", &again.redacted).is_some_and(|text| text == "true");
    let record =
        again.record.iter().find_map(|path| eval.node(path)).filter(|node| node.kind() == Kind::Object);
    if let Some(record) = record.filter(|_| !masked) {
        let name = eval.text("format", &again.format);
        let format = name.and_then(|name| formats.get(&name)).unwrap_or_else(|| formats.detect(&[record]));
        if format.plan.again.is_none() {
            return Some(map_inner(eval, record, format, formats, (part, stated), out));
        }
    }
    let id = stated?;
    eval.entry.id = id;
    eval.entry.place.part = part;
    fill::fill(eval);
    out.push(std::mem::replace(&mut eval.entry, Entry::blank("")));
    Some(MapInfo { unidentified: false, redetected: false })
}

fn map_inner<'a>(
    eval: &Eval<'a, '_>,
    record: Node<'a>,
    format: Arc<Format>,
    formats: &Formats,
    (part, stated): (u32, Option<EntryId>),
    out: &mut Vec<Entry<'a>>,
) -> MapInfo {
    let mut mapper =
        Mapper::new(formats.clone(), format, MapContext { forced: true, ..eval.context.clone() });
    let mut entries = Vec::new();
    let info = mapper.map(record, eval.want, &mut entries);
    let position = entries.iter().position(|entry| entry.place.part == part).unwrap_or(0);
    let mut entry = entries.swap_remove(position).into_owned();
    let mut unidentified = info.unidentified;
    if let Some(stated) = stated.filter(|_| eval.want != Want::Changes)
        && (stated == entry.id || info.unidentified && is_occurrence(entry.id, stated))
    {
        entry.id = stated;
        unidentified = false;
    }
    out.push(entry);
    MapInfo { unidentified, redetected: false }
}

/// Whether an id is that of a later one among identical records: as many as a file is likely to hold.
fn is_occurrence(first: EntryId, id: EntryId) -> bool {
    (1..4096).any(|occurrence| first.nth(occurrence) == id)
}

#[cfg(test)]
mod tests;
