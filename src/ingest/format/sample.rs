//! Samples are tests: the entry a sample becomes, compared with the one it states.

use std::ops::Range;
use std::sync::Arc;

use super::{Format, Formats, MapContext, Mapper, Sample, Want};
use crate::domain::json::Doc;
use crate::domain::time::SECOND;
use crate::domain::{Actor, Change, Entry, Target, Timestamp};
use crate::ingest::detect::Detector;

/// The fields a sample states of one entry.
#[derive(Clone, Debug)]
pub struct Expected {
    pub(crate) fields: Vec<(String, String)>,
}

impl Expected {
    /// Every field that can be stated. An empty text states that there is none; `targets` and `changes` are
    /// lists.
    pub const FIELDS: &'static [&'static str] = &[
        "time",
        "scope",
        "workspace",
        "event_type",
        "class",
        "activity",
        "action",
        "action_code",
        "summary",
        "kind",
        "actor",
        "actor.name",
        "actor.email",
        "actor.id",
        "on_behalf_of",
        "ip",
        "country",
        "user_agent",
        "target",
        "target.type",
        "target.id",
        "target.name",
        "targets",
        "changes",
        "outcome",
        "reason",
        "request",
        "session",
        "link",
        "id",
        "metadata",
    ];
}

/// What is wrong and where.
type Wrong = (Range<usize>, String);

/// Checks that every sample of a format maps as stated; the first that does not is an error at its place.
pub(super) fn check(formats: &Formats, format: &Arc<Format>) -> Result<(), Wrong> {
    for (at, sample) in format.samples.iter().enumerate() {
        if let Err(message) = check_one(formats, format, sample) {
            return Err((sample.span.clone(), describe(at, sample, &message)));
        }
    }
    Ok(())
}

/// Checks that no sample of a format is taken for another's.
pub(super) fn check_detection(
    formats: &Formats,
    detector: &Detector,
    format: &Arc<Format>,
) -> Result<(), Wrong> {
    let (mut doc, mut found) = (Doc::new(), Vec::new());
    for (at, sample) in format.samples.iter().enumerate() {
        let Ok(root) = doc.parse(&sample.record) else { continue };
        let detected = formats.first(detector, root, &mut found).map(|at| &detector.heads()[at]);
        if let Some(other) = detected.filter(|other| other.name != format.name) {
            let message = format!("is detected as '{}'", other.name);
            return Err((sample.span.clone(), describe(at, sample, &message)));
        }
    }
    Ok(())
}

/// Returns everything that is wrong with a format's samples.
#[cfg(test)]
pub(super) fn problems(formats: &Formats, format: &Arc<Format>) -> Vec<String> {
    let wrong = |(at, sample): (usize, &Sample)| {
        let message = check_one(formats, format, sample).err()?;
        Some(format!("{}: {}", format.name, describe(at, sample, &message)))
    };
    let mut all: Vec<String> = format.samples.iter().enumerate().filter_map(wrong).collect();
    if let Err((_, message)) = check_detection(formats, formats.detector(), format) {
        all.push(format!("{}: {message}", format.name));
    }
    all
}

fn describe(at: usize, sample: &Sample, message: &str) -> String {
    format!("sample {} ({}): {message}", at + 1, sample.about)
}

fn check_one(formats: &Formats, format: &Arc<Format>, sample: &Sample) -> Result<(), String> {
    let mut doc = Doc::new();
    let root = doc.parse(&sample.record).map_err(|error| error.to_string())?;
    if !format.generic && formats.fit(format, root, &mut Vec::new()).is_none() {
        return Err("is not what [detect] describes".to_owned());
    }
    let mut mapper = Mapper::new(formats.clone(), format.clone(), context());
    let mut entries = Vec::new();
    mapper.map(root, Want::Full, &mut entries);
    if entries.len() != sample.expected.len() {
        return Err(format!("gives {} entries, not {}", entries.len(), sample.expected.len()));
    }
    let mut wrong = Vec::new();
    for (entry, expected) in entries.iter().zip(&sample.expected) {
        for (field, wanted) in &expected.fields {
            let found = field_text(entry, field);
            if found != *wanted {
                wrong.push(format!("{field} is '{found}', not '{wanted}'"));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

/// Lines of samples that name no year were written in 2026.
fn context() -> MapContext {
    MapContext { near: Some(Timestamp(1_798_761_599 * SECOND)), ..MapContext::default() }
}

/// Returns a field of an entry as samples state it.
pub(crate) fn field_text(entry: &Entry<'_>, field: &str) -> String {
    let some = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let actor = entry.actor.as_ref();
    let target = entry.target();
    match field {
        "time" => entry.time.as_ref().map(crate::domain::Moment::rfc3339).unwrap_or_default(),
        "scope" => some(entry.scope.map(crate::domain::Scope::as_str)),
        "workspace" => some(entry.workspace.as_deref()),
        "event_type" => some(entry.event_type.as_deref()),
        "class" => entry.class.to_string(),
        "activity" => some(entry.activity.as_deref()),
        "action" => entry.action.to_string(),
        "action_code" => some(entry.action_code.as_deref()),
        "summary" => some(entry.summary.as_deref()),
        "kind" => some(actor.map(|actor| actor.kind.as_str())),
        "actor" => some(actor.map(Actor::label)),
        "actor.name" => some(actor.and_then(|actor| actor.name.as_deref())),
        "actor.email" => some(actor.and_then(|actor| actor.email.as_deref())),
        "actor.id" => some(actor.and_then(|actor| actor.id.as_deref())),
        "on_behalf_of" => some(entry.on_behalf_of.as_ref().map(Actor::label)),
        "ip" => entry.ip.as_ref().map(ToString::to_string).unwrap_or_default(),
        "country" => some(entry.country.as_deref()),
        "user_agent" => some(entry.user_agent.as_deref()),
        "target" => some(target.and_then(Target::label)),
        "target.type" => some(target.and_then(|target| target.kind.as_deref())),
        "target.id" => some(target.and_then(|target| target.id.as_deref())),
        "target.name" => some(target.and_then(|target| target.name.as_deref())),
        "targets" => lines(&entry.targets, |target| target.label().unwrap_or_default().to_owned()),
        "changes" => lines(&entry.changes, change_text),
        "outcome" => entry.outcome.to_string(),
        "reason" => some(entry.reason.as_deref()),
        "request" => some(entry.request.as_deref()),
        "session" => some(entry.session.as_deref()),
        "link" => some(entry.link.as_deref()),
        "id" => entry.id.to_string(),
        "metadata" => lines(&entry.metadata, |(label, value)| format!("{label}: {value}")),
        _ => String::new(),
    }
}

fn lines<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// `~ path: before -> after`
pub(super) fn change_text(change: &Change<'_>) -> String {
    let value = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().unwrap_or("?").to_owned();
    let (before, after) = (value(&change.before), value(&change.after));
    let (sign, path) = (change.op.sign(), &change.path);
    match change.op {
        crate::domain::ChangeOp::Add => format!("{sign} {path}: {after}"),
        crate::domain::ChangeOp::Remove => format!("{sign} {path}: {before}"),
        crate::domain::ChangeOp::Replace => format!("{sign} {path}: {before} -> {after}"),
    }
}
