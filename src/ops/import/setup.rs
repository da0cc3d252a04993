//! What is decided once per source: its format, and how its records are read and mapped.

use std::sync::Arc;

use crate::domain::json::{Doc, Node, Path, Step};
use crate::domain::time::SECOND;
use crate::domain::{Scope, Timestamp};
use crate::ingest::format::{Format, Formats, Learned, MapContext, Mapper, Want};
use crate::ingest::frame::Item;
use crate::ingest::source::Input;
use crate::ingest::syntax::Context;
use crate::ingest::{Bytes, Decoder, Slab, Syntax};

use super::ImportError;
use super::reader::Plan;

/// What a person says about sources, whatever their records say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Name of the format.
    pub format: Option<String>,
    /// The scope of all entries.
    pub scope: Option<Scope>,
    /// The workspace of all entries.
    pub workspace: Option<String>,
    /// Zone of times that name none.
    pub assume_tz: Option<chrono_tz::Tz>,
    /// Whether `4/5/2026` is the fourth of May.
    pub day_first: Option<bool>,
}

/// How one source is read and mapped.
#[derive(Debug)]
pub(in crate::ops) struct Setup {
    pub(in crate::ops) name: Arc<str>,
    pub(in crate::ops) format: Arc<Format>,
    pub(in crate::ops) map: MapContext,
    pub(in crate::ops) context: Context,
    /// Version of what maps its records.
    pub(in crate::ops) version: u32,
    /// What was decided about it that a person should know.
    pub(in crate::ops) notes: Vec<String>,
}

impl Setup {
    pub(in crate::ops) fn syntax(&self) -> &Syntax {
        &self.context.syntax
    }
}

/// Records of a source that are looked at to choose its format.
const SAMPLE: usize = 200;

/// Bytes of them.
const SAMPLE_BYTES: usize = 256 * 1024;

/// Decides how a source is read and mapped, by its first records.
pub(super) fn setup(plan: &Plan, input: &Input, syntax: &Syntax, first: Option<&Slab>) -> Setup {
    let Plan { forced, overrides, .. } = plan;
    let (format, learned) = choose(first, syntax, &plan.formats, forced.as_ref());
    let dates = super::dates::decide(plan, input, (syntax, &format), first);
    let context = Context {
        syntax: syntax.clone(),
        format: format.name.clone(),
        forced: forced.is_some(),
        assume_tz: overrides.assume_tz.map(|zone| zone.name().to_owned()),
        scope: overrides.scope.map(|scope| scope.as_str().to_owned()),
        workspace: overrides.workspace.clone(),
        learned,
        day_first: dates.as_ref().map(|(day_first, _)| *day_first),
        near: matches!(syntax, Syntax::Text { .. }).then(|| input.written()),
        envelope: Vec::new(),
    };
    let mut notes: Vec<String> = dates.into_iter().map(|(_, note)| note).collect();
    if matches!(syntax, Syntax::Answer { .. }) {
        let is_empty = first.is_none_or(|slab| slab.items.is_empty());
        notes.push(format!("read as {}{}", syntax.name(), if is_empty { " without rows" } else { "" }));
    }
    if syntax.is_headless() {
        notes.push("no header: the columns are called column_1, column_2 and so on".to_owned());
    }
    if first.is_some_and(|slab| !slab.bytes.is_ascii()) && Bytes::is_windows(input) {
        notes.push("no UTF-8: read as Windows-1252".to_owned());
    }
    if format.generic && overrides.assume_tz.is_none() && zoneless(plan, &format, &context, first) {
        notes.push("times name no zone: read as UTC (--assume-tz ZONE reads them as another's)".to_owned());
    }
    notes.retain(|note| !note.is_empty());
    let version = plan.formats.version_of(&format.name).unwrap_or(format.version);
    Setup { version, name: input.name.clone(), format, map: map_context(&context), context, notes }
}

/// Records that are asked whether their times name a zone.
const ASKED: usize = 5;

/// Whether the times of the first records name no zone.
fn zoneless(plan: &Plan, format: &Arc<Format>, context: &Context, first: Option<&Slab>) -> bool {
    let mut mapper = Mapper::new(plan.formats.clone(), format.clone(), map_context(context));
    let mut decoder = Decoder::new();
    let mut timed = 0;
    for (start, end) in first.into_iter().flat_map(ranges).take(ASKED) {
        let raw = first.and_then(|slab| slab.bytes.get(start..end)).unwrap_or_default();
        let Ok(record) = decoder.decode(raw, &context.syntax) else { continue };
        let mut entries = Vec::new();
        mapper.map(record, Want::Index, &mut entries);
        for moment in entries.iter().filter_map(|entry| entry.time.as_ref()) {
            if !moment.names_no_zone() {
                return false;
            }
            timed += 1;
        }
    }
    timed > 0
}

/// Returns what a mapper needs of a context.
pub(in crate::ops) fn map_context(context: &Context) -> MapContext {
    MapContext {
        assume_tz: context.assume_tz.as_deref().and_then(|name| name.parse().ok()),
        scope: context.scope.as_deref().and_then(Scope::parse),
        workspace: context.workspace.clone(),
        forced: context.forced,
        learned: context.learned.clone(),
        day_first: context.day_first,
        near: context.near.map(|seconds| Timestamp(seconds.saturating_mul(SECOND))),
    }
}

/// Returns the format of a source, and what its records say together where it is unknown.
fn choose(
    first: Option<&Slab>,
    syntax: &Syntax,
    formats: &Formats,
    forced: Option<&Arc<Format>>,
) -> (Arc<Format>, Vec<Learned>) {
    if let Some(format) = forced.filter(|format| !format.generic) {
        return (format.clone(), Vec::new());
    }
    let mut texts: Vec<String> = Vec::new();
    let mut decoder = Decoder::new();
    let mut bytes = 0;
    for (start, end) in first.into_iter().flat_map(ranges) {
        let raw = first.and_then(|slab| slab.bytes.get(start..end)).unwrap_or_default();
        bytes += raw.len();
        if let Ok(node) = decoder.decode(raw, syntax) {
            texts.push(node.raw().to_owned());
        }
        if texts.len() >= SAMPLE || bytes >= SAMPLE_BYTES {
            break;
        }
    }
    let mut docs: Vec<Doc> = texts.iter().map(|_| Doc::new()).collect();
    let nodes: Vec<Node<'_>> =
        docs.iter_mut().zip(&texts).filter_map(|(doc, text)| doc.parse(text).ok()).collect();
    let format = forced.cloned().unwrap_or_else(|| formats.detect(&nodes));
    let learned = if format.generic { Learned::of(&nodes) } else { Vec::new() };
    (format, learned)
}

fn ranges(slab: &Slab) -> impl Iterator<Item = (usize, usize)> {
    slab.items.iter().filter_map(|item| match item {
        Item::Record { start, end, .. } => Some((*start, *end)),
        Item::Reject(_) => None,
    })
}

/// Returns the format that a person named.
pub(super) fn forced(formats: &Formats, overrides: &Overrides) -> Result<Option<Arc<Format>>, ImportError> {
    let Some(name) = &overrides.format else { return Ok(None) };
    let known = || formats.names().join(", ");
    let format =
        formats.get(name).ok_or_else(|| ImportError::NoFormat { name: name.clone(), known: known() })?;
    Ok(Some(format))
}

/// Returns the keys that lead to arrays of records.
pub(super) fn containers(formats: &Formats) -> Vec<Vec<String>> {
    let keys = |path: &Path| {
        let key = |step: &Step| match step {
            Step::Key(key) => Some(key.clone()),
            _ => None,
        };
        // A path may name the array's elements; the array itself is meant.
        let steps = path.steps.strip_suffix(&[Step::Each]).unwrap_or(&path.steps);
        steps.iter().map(key).collect::<Option<Vec<String>>>()
    };
    formats.containers().iter().filter_map(keys).filter(|keys| !keys.is_empty()).collect()
}
