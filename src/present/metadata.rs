//! The labelled table of what surrounds an act: when, who, from where, with what, and where it is recorded.

use std::sync::Arc;

use super::line::{Line, Role};
use super::measure;
use super::number::ordinal;
use super::pane::{Excerpt, PaneLine};
use super::sanitise::{self, Charset, Tabs};
use crate::domain::json::Doc;
use crate::domain::zone::{Style, Zone};
use crate::domain::{Actor, ActorKind, Entry, Field, Moment, Outcome, Scope, Target};

/// Widest column of labels; longer ones step out of it.
const MAX_LABEL: usize = 18;

/// What the table is made of.
#[derive(Clone, Copy, Debug)]
pub struct MetadataInput<'a> {
    /// The entry.
    pub entry: &'a Entry<'a>,
    /// The user's note.
    pub note: Option<&'a str>,
    /// What is masked and why, or what the format's vendor does not record; shown at the end.
    pub remarks: &'a [String],
}

/// How the table is made.
#[derive(Clone, Copy, Debug)]
pub struct MetadataOptions {
    /// Columns there are.
    pub width: usize,
    /// The zone of times.
    pub zone: Zone,
    /// How marks are drawn.
    pub charset: Charset,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What it is called in JSON and in paths.
    pub key: String,
    /// The value, original.
    pub value: String,
    /// How the value is styled.
    pub role: Role,
    /// What to filter by.
    pub filter: Option<(Field, String)>,
    /// What is known beside the value.
    pub aside: Option<String>,
}

impl Fact {
    fn new(label: &str, key: &str, value: impl Into<String>) -> Fact {
        Fact {
            label: label.to_owned(),
            key: key.to_owned(),
            value: value.into(),
            role: Role::Text,
            filter: None,
            aside: None,
        }
    }

    fn by(mut self, field: Field) -> Fact {
        self.filter = Some((field, self.value.clone()));
        self
    }

    fn aside(mut self, text: impl Into<String>) -> Fact {
        self.aside = Some(text.into());
        self
    }

    fn role(mut self, role: Role) -> Fact {
        self.role = role;
        self
    }
}

/// Returns the table as lines of at most the width.
pub fn metadata_lines(input: &MetadataInput<'_>, options: &MetadataOptions) -> Vec<PaneLine> {
    let facts = facts(input, options.zone);
    let labels = facts.iter().map(|fact| measure::width(&fact.label)).max().unwrap_or(0).min(MAX_LABEL);
    let mut out: Vec<PaneLine> = facts.iter().flat_map(|fact| fact_lines(fact, labels, options)).collect();
    for remark in input.remarks {
        let mut line = Line::new();
        sanitise::push(&mut line, Role::Dim, remark, options.charset);
        out.extend(PaneLine::of(line).wrapped(options.width, 2));
    }
    out
}

/// Returns the table as plain text with tabs between label and value, for copying. Values are original but
/// for line feeds, which would break the table.
pub fn metadata_text(input: &MetadataInput<'_>, zone: Zone) -> String {
    let line = |fact: Fact| {
        let aside = fact.aside.map(|aside| format!(" ({aside})")).unwrap_or_default();
        format!("{}\t{}{aside}\n", fact.label.trim_start(), fact.value.replace(['\n', '\r'], " "))
    };
    facts(input, zone).into_iter().map(line).collect()
}

fn fact_lines(fact: &Fact, labels: usize, options: &MetadataOptions) -> Vec<PaneLine> {
    let label = sanitise::plain_in(&fact.label, options.charset);
    // A longer label steps out of its column: cut paths would all look the same.
    let mut line = Line::of(Role::Label, measure::fill(&label, labels));
    line.push(Role::Text, "  ");
    sanitise::push_with(&mut line, fact.role, &fact.value, options.charset, Tabs::Shown);
    if let Some(aside) = &fact.aside {
        line.push(Role::Text, "  ");
        sanitise::push(&mut line, Role::Dim, aside, options.charset);
    }
    let filter = fact.filter.as_ref().map(|(field, value)| (*field, Arc::from(value.as_str())));
    let whole = PaneLine {
        line,
        path: Some(fact.key.as_str().into()),
        value: Some(Excerpt::whole(fact.value.as_str())),
        filter,
        ..PaneLine::default()
    };
    whole.wrapped(options.width, labels + 2)
}

/// Returns every fact there is, in the order shown.
pub fn facts(input: &MetadataInput<'_>, zone: Zone) -> Vec<Fact> {
    let entry = input.entry;
    let mut out = Vec::new();
    when(&mut out, entry.time.as_ref(), zone);
    who(&mut out, "Who", "actor", entry.actor.as_ref(), true);
    who(&mut out, "On behalf of", "on_behalf_of", entry.on_behalf_of.as_ref(), false);
    origin(&mut out, entry);
    act(&mut out, entry);
    for (at, target) in entry.targets.iter().enumerate() {
        add_target(&mut out, at, target);
    }
    outcome(&mut out, entry);
    add(&mut out, "Request", "request", entry.request.as_deref(), Some(Field::Request));
    add(&mut out, "Session", "session", entry.session.as_deref(), Some(Field::Session));
    if let Some(link) = &entry.link {
        out.push(Fact::new("Vendor's page", "link", link.as_ref()).role(Role::Link));
    }
    for (label, json) in &entry.metadata {
        out.push(extra(label, json));
    }
    record(&mut out, entry);
    if let Some(note) = input.note {
        out.push(Fact::new("Note", "note", note).role(Role::Strong));
    }
    out
}

fn add(out: &mut Vec<Fact>, label: &str, key: &str, value: Option<&str>, field: Option<Field>) {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return };
    let fact = Fact::new(label, key, value);
    out.push(match field {
        Some(field) => fact.by(field),
        None => fact,
    });
}

fn when(out: &mut Vec<Fact>, time: Option<&Moment<'_>>, zone: Zone) {
    let Some(time) = time else {
        out.push(Fact::new("When", "time", "").aside("the record does not say"));
        return;
    };
    let precision = match time.digits {
        0 => "to the second".to_owned(),
        3 => "to the millisecond".to_owned(),
        6 => "to the microsecond".to_owned(),
        9 => "to the nanosecond".to_owned(),
        digits => format!("to {digits} decimals of a second"),
    };
    out.push(Fact::new("When", "time", time.rfc3339()).role(Role::Strong).aside(precision));
    if zone != Zone::Utc {
        let local = zone.format(time.at, Style::Digits(time.digits));
        out.push(Fact::new("", "time", local).aside(zone.label(time.at)));
    }
    if time.text != time.rfc3339() {
        out.push(Fact::new("As recorded", "time", time.text.as_ref()));
    }
}

fn who(out: &mut Vec<Fact>, label: &str, key: &str, actor: Option<&Actor<'_>>, filters: bool) {
    let Some(actor) = actor else { return };
    let field = filters.then_some(Field::Actor);
    let mut fact = Fact::new(label, key, actor.label()).role(Role::Strong);
    fact.filter = field.map(|field| (field, actor.label().to_owned()));
    out.push(fact);
    if actor.kind != ActorKind::Unknown {
        let kind = filters.then_some(Field::Kind);
        add(out, "  Kind", &format!("{key}.kind"), Some(actor.kind.as_str()), kind);
    }
    for (label, part, value) in [("  E-mail", "email", &actor.email), ("  Id", "id", &actor.id)] {
        let shown = value.as_deref().filter(|value| *value != actor.label());
        add(out, label, &format!("{key}.{part}"), shown, field);
    }
}

fn origin(out: &mut Vec<Fact>, entry: &Entry<'_>) {
    let ip = entry.ip.as_ref().map(ToString::to_string);
    add(out, "IP address", "ip", ip.as_deref(), Some(Field::Ip));
    add(out, "Country", "country", entry.country.as_deref(), Some(Field::Country));
    add(out, "User agent", "user_agent", entry.user_agent.as_deref(), None);
}

fn act(out: &mut Vec<Fact>, entry: &Entry<'_>) {
    add(out, "Activity", "activity", entry.activity.as_deref(), Some(Field::Activity));
    add(out, "Action", "action", Some(entry.action.as_str()), Some(Field::Action));
    add(out, "Vendor's code", "action_code", entry.action_code.as_deref(), Some(Field::ActionCode));
    add(out, "Summary", "summary", entry.summary.as_deref(), None);
    add(out, "Event type", "event_type", entry.event_type.as_deref(), Some(Field::EventType));
    add(out, "Class", "class", Some(entry.class.as_str()), Some(Field::Class));
    add(out, "Scope", "scope", entry.scope.map(Scope::as_str), Some(Field::Scope));
    add(out, "Workspace", "workspace", entry.workspace.as_deref(), Some(Field::Workspace));
}

fn add_target(out: &mut Vec<Fact>, at: usize, target: &Target<'_>) {
    let Some(label) = target.label() else { return };
    let key = format!("targets[{at}]");
    let mut fact = Fact::new(if at == 0 { "Target" } else { "Also" }, &key, label);
    fact.filter = Some(match (&target.name, &target.id) {
        (None, None) => (Field::TargetType, label.to_owned()),
        _ => (Field::Target, label.to_owned()),
    });
    out.push(fact);
    let parts =
        [("  Type", "type", &target.kind, Field::TargetType), ("  Id", "id", &target.id, Field::TargetId)];
    for (name, part, value, field) in parts {
        let shown = value.as_deref().filter(|value| *value != label);
        add(out, name, &format!("{key}.{part}"), shown, Some(field));
    }
}

fn outcome(out: &mut Vec<Fact>, entry: &Entry<'_>) {
    let role = match entry.outcome {
        Outcome::Success => Role::Good,
        Outcome::Failure | Outcome::Denied => Role::Error,
        Outcome::Unknown => Role::Dim,
    };
    out.push(Fact::new("Outcome", "outcome", entry.outcome.as_str()).role(role).by(Field::Outcome));
    if entry.outcome_inferred {
        out.push(
            Fact::new("  Known by", "outcome_inferred", "its format: the record names no outcome")
                .role(Role::Dim),
        );
    }
    add(out, "Reason", "reason", entry.reason.as_deref(), None);
}

/// One piece of the vendor's metadata: a string as its text, anything else as JSON.
fn extra(label: &str, json: &str) -> Fact {
    let mut doc = Doc::new();
    let node = doc.parse(json).ok();
    let text = node.and_then(|node| node.scalar().map(std::borrow::Cow::into_owned));
    Fact::new(label, &format!("metadata.{label}"), text.unwrap_or_else(|| json.to_owned()))
}

fn record(out: &mut Vec<Fact>, entry: &Entry<'_>) {
    let format = Fact::new("Format", "format", entry.format.as_ref()).by(Field::Format);
    out.push(match entry.guessed {
        Some(percent) => format.aside(format!("fields were guessed, {percent} % sure")),
        None => format,
    });
    let place = &entry.place;
    add(out, "Source", "source", Some(place.source.as_ref()), Some(Field::Source));
    let number = Fact::new("Record", "record", ordinal(place.record));
    let number = if place.part > 0 { number.aside(format!("entry {} of it", place.part)) } else { number };
    out.push(number.aside_more(&format!("at byte {}", place.offset)));
    out.push(Fact::new("Id", "id", entry.id.to_string()).role(Role::Dim));
}

impl Fact {
    fn aside_more(mut self, text: &str) -> Fact {
        self.aside = Some(match self.aside {
            Some(aside) => format!("{aside}, {text}"),
            None => text.to_owned(),
        });
        self
    }
}

#[cfg(test)]
mod tests;
