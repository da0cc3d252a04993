//! Entries as events of the Open Cybersecurity Schema Framework, for collectors and lakes that take no other:
//! Authentication (class 3002) for sessions, API Activity (class 6003) for all else. What the framework has no
//! attribute for stands under `unmapped`, the record as it came under `raw_data`. Source: <https://schema.ocsf.io>.

use crate::domain::json::push_string;
use crate::domain::{Action, Actor, ActorKind, Entry, Outcome, Str, Target, base64};
use crate::ops::json::{Object, actor, list, write_change};

/// Version of the framework that is written.
const VERSION: &str = "1.6.0";

/// What stands before the id of an entry.
pub(super) const BEFORE_ID: &str = "{\"metadata\":{\"uid\":\"";

/// Of which product a record is.
pub(super) struct Product<'a> {
    pub(super) name: &'a str,
    pub(super) vendor: &'a str,
}

/// Class, activity and its name: what `type_uid` is made of.
struct Kind {
    class: u64,
    class_name: &'static str,
    activity: u64,
    activity_name: &'static str,
}

impl Kind {
    fn of(action: Action) -> Kind {
        let session = |activity, activity_name| Kind {
            class: 3002,
            class_name: "Authentication",
            activity,
            activity_name,
        };
        let call = |activity, activity_name| Kind {
            class: 6003,
            class_name: "API Activity",
            activity,
            activity_name,
        };
        match action {
            Action::LoggedIn | Action::LoginFailed => session(1, "Logon"),
            Action::LoggedOut => session(2, "Logoff"),
            Action::Created | Action::Imported => call(1, "Create"),
            Action::Accessed | Action::Exported => call(2, "Read"),
            Action::Updated | Action::Granted | Action::Revoked | Action::Enabled | Action::Disabled => {
                call(3, "Update")
            }
            Action::Deleted => call(4, "Delete"),
            Action::Other => call(99, "Other"),
        }
    }
}

/// Appends an entry with its record as one event on one line; `redacted` says that something was masked.
pub(super) fn write(entry: &Entry<'_>, raw: &[u8], redacted: bool, product: &Product<'_>, out: &mut String) {
    let kind = Kind::of(entry.action);
    let mut event = Object::open(out);
    metadata(event.key("metadata"), entry, product);
    let category = kind.class / 1000;
    event.number("category_uid", category);
    let category = if category == 3 { "Identity & Access Management" } else { "Application Activity" };
    event.text("category_name", Some(category));
    event.number("class_uid", kind.class);
    event.text("class_name", Some(kind.class_name));
    event.number("activity_id", kind.activity);
    let activity = match (kind.activity, &entry.action_code) {
        // The framework's own rule: the source's word stands for what has no number.
        (99, Some(code)) => code,
        _ => kind.activity_name,
    };
    event.text("activity_name", Some(activity));
    event.number("type_uid", kind.class * 100 + kind.activity);
    event.number("severity_id", 1);
    if let Some(time) = &entry.time {
        event.json("time", &time.at.0.div_euclid(1_000_000).to_string());
    }
    status(&mut event, entry);
    who(&mut event, entry, kind.class);
    how(&mut event, entry);
    if !entry.targets.is_empty() {
        list(event.key("resources"), &entry.targets, resource);
    }
    known(&mut event, "message", entry.summary.as_deref());
    unmapped(event.key("unmapped"), entry, raw, redacted);
    if let Ok(text) = std::str::from_utf8(raw) {
        event.text("raw_data", Some(text));
    }
    event.close();
}

fn known(object: &mut Object<'_>, key: &str, text: Option<&str>) {
    if text.is_some() {
        object.text(key, text);
    }
}

fn metadata(out: &mut String, entry: &Entry<'_>, product: &Product<'_>) {
    let mut metadata = Object::open(out);
    // The id is the first, for its place must be known.
    metadata.text("uid", Some(&entry.id.to_string()));
    metadata.text("version", Some(VERSION));
    let mut named = Object::open(metadata.key("product"));
    named.text("name", Some(product.name));
    named.text("vendor_name", Some(product.vendor));
    named.close();
    known(&mut metadata, "event_code", entry.action_code.as_deref());
    known(&mut metadata, "original_time", entry.time.as_ref().map(|time| time.text.as_ref()));
    known(&mut metadata, "log_name", entry.event_type.as_deref());
    known(&mut metadata, "tenant_uid", entry.workspace.as_deref());
    known(&mut metadata, "correlation_uid", entry.request.as_deref());
    metadata.close();
}

fn status(event: &mut Object<'_>, entry: &Entry<'_>) {
    let (id, status) = match entry.outcome {
        Outcome::Unknown => (0, "Unknown"),
        Outcome::Success => (1, "Success"),
        Outcome::Failure | Outcome::Denied => (2, "Failure"),
    };
    event.number("status_id", id);
    event.text("status", Some(status));
    known(event, "status_code", (entry.outcome == Outcome::Denied).then_some("Forbidden"));
    known(event, "status_detail", entry.reason.as_deref());
}

fn who(event: &mut Object<'_>, entry: &Entry<'_>, class: u64) {
    let mut acting = Object::open(event.key("actor"));
    if let Some(actor) = &entry.actor {
        user(acting.key("user"), actor);
    }
    if let Some(session) = &entry.session {
        let mut object = Object::open(acting.key("session"));
        object.text("uid", Some(session));
        object.close();
    }
    acting.close();
    // In an authentication the one who logs in is also what it is about.
    if let (3002, Some(actor)) = (class, &entry.actor) {
        user(event.key("user"), actor);
    }
}

fn user(out: &mut String, actor: &Actor<'_>) {
    let mut object = Object::open(out);
    known(&mut object, "name", actor.name.as_deref());
    known(&mut object, "email_addr", actor.email.as_deref());
    known(&mut object, "uid", actor.id.as_deref());
    let (id, kind) = match actor.kind {
        ActorKind::Member => (1, "User"),
        ActorKind::System => (3, "System"),
        ActorKind::Service | ActorKind::Token => (4, "Service"),
        ActorKind::Anonymous | ActorKind::Support => (99, actor.kind.as_str()),
        ActorKind::Unknown => (0, "Unknown"),
    };
    object.number("type_id", id);
    object.text("type", Some(kind));
    object.close();
}

fn how(event: &mut Object<'_>, entry: &Entry<'_>) {
    let mut api = Object::open(event.key("api"));
    let operation = entry.action_code.as_deref().unwrap_or(entry.action.as_str());
    api.text("operation", Some(operation));
    if let Some(request) = &entry.request {
        let mut object = Object::open(api.key("request"));
        object.text("uid", Some(request));
        object.close();
    }
    api.close();
    if entry.ip.is_some() || entry.country.is_some() {
        let mut endpoint = Object::open(event.key("src_endpoint"));
        known(&mut endpoint, "ip", entry.ip.as_ref().map(ToString::to_string).as_deref());
        if let Some(country) = &entry.country {
            let mut location = Object::open(endpoint.key("location"));
            location.text("country", Some(country));
            location.close();
        }
        endpoint.close();
    }
    if let Some(agent) = &entry.user_agent {
        let mut request = Object::open(event.key("http_request"));
        request.text("user_agent", Some(agent));
        request.close();
    }
}

fn resource(out: &mut String, target: &Target<'_>) {
    let mut object = Object::open(out);
    known(&mut object, "type", target.kind.as_deref());
    known(&mut object, "uid", target.id.as_deref());
    known(&mut object, "name", target.name.as_deref());
    object.close();
}

fn unmapped(out: &mut String, entry: &Entry<'_>, raw: &[u8], redacted: bool) {
    let mut object = Object::open(out);
    object.text("action", Some(entry.action.as_str()));
    known(&mut object, "activity", entry.activity.as_deref());
    object.text("class", Some(entry.class.as_str()));
    known(&mut object, "scope", entry.scope.map(crate::domain::Scope::as_str));
    if entry.on_behalf_of.is_some() {
        actor(object.key("on_behalf_of"), entry.on_behalf_of.as_ref());
    }
    if !entry.changes.is_empty() {
        list(object.key("changes"), &entry.changes, write_change);
    }
    known(&mut object, "link", entry.link.as_deref());
    facts(&mut object, &entry.metadata);
    if let Some(percent) = entry.guessed {
        object.number("guessed", percent.into());
    }
    if redacted {
        object.key("redacted").push_str("true");
    }
    let mut place = Object::open(object.key("place"));
    place.text("source", Some(&entry.place.source));
    place.number("record", entry.place.record);
    place.number("part", entry.place.part.into());
    place.number("offset", entry.place.offset);
    place.close();
    if std::str::from_utf8(raw).is_err() {
        push_string(object.key("raw_base64"), &base64::encode(raw));
    }
    object.close();
}

fn facts(object: &mut Object<'_>, facts: &[(Str<'_>, Str<'_>)]) {
    if facts.is_empty() {
        return;
    }
    let mut metadata = Object::open(object.key("metadata"));
    for (label, value) in facts {
        metadata.json(label, value);
    }
    metadata.close();
}
