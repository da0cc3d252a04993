//! Which values an entry has: to be matched, to be counted and shown, to be searched as text.

use std::borrow::Cow;
use std::sync::Arc;

use crate::domain::{Action, ActorKind, Class, Entry, EntryId, Field, Ip, Outcome, Scope, Target, ip};

use super::fold::fold;
use super::{Position, Row};

/// Calls `visit` with every value that a filter on the field looks at, until it returns true. Returns
/// whether it did.
///
/// - actor: name, e-mail and id; the label where there is none of them; `system` of the kind System
/// - kind: `unknown` where there is no actor
/// - action: the canonical word (see also [`super::ValueMatcher::matches_action`]) and the vendor's code
/// - target: name and id of every target; its type where it has neither
/// - source: its place as imported, and the name of the file alone
/// - changed: the path of every change, and of those inside them
pub fn visit_values(entry: &Entry<'_>, field: Field, visit: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut some = |value: Option<&str>| value.is_some_and(&mut *visit);
    match field {
        Field::Scope => some(entry.scope.map(Scope::as_str)),
        Field::Workspace => some(entry.workspace.as_deref()),
        Field::EventType => some(entry.event_type.as_deref()),
        Field::Class => some(Some(entry.class.as_str())),
        Field::Activity => some(entry.activity.as_deref()),
        Field::Action => some(Some(entry.action.as_str())) || some(entry.action_code.as_deref()),
        Field::ActionCode => some(entry.action_code.as_deref()),
        Field::Actor => visit_actor(entry, visit),
        Field::Kind => some(Some(kind(entry).as_str())),
        Field::Ip => some(entry.ip.as_ref().map(ToString::to_string).as_deref()),
        Field::Country => some(entry.country.as_deref()),
        Field::Target => entry.targets.iter().any(|target| visit_target(target, visit)),
        Field::TargetType => entry.targets.iter().any(|target| some(target.kind.as_deref())),
        Field::TargetId => entry.targets.iter().any(|target| some(target.id.as_deref())),
        Field::Outcome => some(Some(entry.outcome.as_str())),
        Field::Request => some(entry.request.as_deref()),
        Field::Session => some(entry.session.as_deref()),
        Field::Source => {
            let source = &*entry.place.source;
            let name = source.rsplit(['/', '\\']).next().filter(|name| *name != source);
            some(Some(source)) || some(name)
        }
        Field::Format => some(Some(&entry.format)),
        Field::Changed => changed_paths(entry).any(visit),
    }
}

/// The paths of the changes of an entry, also inside values that have parts.
fn changed_paths<'a>(entry: &'a Entry<'_>) -> impl Iterator<Item = &'a str> {
    entry.changes.iter().chain(&entry.inner).map(|change| change.path.as_ref())
}

fn kind(entry: &Entry<'_>) -> ActorKind {
    entry.actor.as_ref().map_or(ActorKind::Unknown, |actor| actor.kind)
}

fn visit_actor(entry: &Entry<'_>, visit: &mut dyn FnMut(&str) -> bool) -> bool {
    let Some(actor) = &entry.actor else { return false };
    let known = [&actor.name, &actor.email, &actor.id];
    known.iter().any(|value| value.as_deref().is_some_and(&mut *visit))
        || (known.iter().all(|value| value.is_none()) && visit(actor.label()))
        || (actor.kind == ActorKind::System && visit(ActorKind::System.as_str()))
}

fn visit_target(target: &Target<'_>, visit: &mut dyn FnMut(&str) -> bool) -> bool {
    let known = [&target.name, &target.id];
    known.iter().any(|value| value.as_deref().is_some_and(&mut *visit))
        || (known.iter().all(|value| value.is_none()) && target.kind.as_deref().is_some_and(visit))
}

/// Returns the value that a field shows: in a column, to sort by, and what its facet counts. Of targets it is
/// the primary one's. A field that shows a list ([`Field::Changed`]) has none; see [`facet_values`].
pub fn shown_value<'a>(entry: &'a Entry<'_>, field: Field) -> Option<Cow<'a, str>> {
    let borrow = |value: &'a Option<Cow<'_, str>>| value.as_deref().map(Cow::Borrowed);
    match field {
        Field::Scope => entry.scope.map(|scope| scope.as_str().into()),
        Field::Workspace => borrow(&entry.workspace),
        Field::EventType => borrow(&entry.event_type),
        Field::Class => Some(entry.class.as_str().into()),
        Field::Activity => borrow(&entry.activity),
        Field::Action => Some(entry.action.as_str().into()),
        Field::ActionCode => borrow(&entry.action_code),
        Field::Actor => entry.actor.as_ref().map(|actor| actor.label().into()),
        Field::Kind => Some(kind(entry).as_str().into()),
        Field::Ip => entry.ip.as_ref().map(|ip| ip.to_string().into()),
        Field::Country => borrow(&entry.country),
        Field::Target => entry.target().and_then(|target| target.label()).map(Cow::Borrowed),
        Field::TargetType => entry.target().and_then(|target| borrow(&target.kind)),
        Field::TargetId => entry.target().and_then(|target| borrow(&target.id)),
        Field::Outcome => Some(entry.outcome.as_str().into()),
        Field::Request => borrow(&entry.request),
        Field::Session => borrow(&entry.session),
        Field::Source => Some(entry.place.source.as_ref().into()),
        Field::Format => Some(entry.format.as_ref().into()),
        Field::Changed => None,
    }
}

/// Returns every value an entry counts for in a field's facet: the shown one, or each different path of its
/// changes.
pub fn facet_values<'a>(entry: &'a Entry<'_>, field: Field) -> Vec<Cow<'a, str>> {
    if field != Field::Changed {
        return shown_value(entry, field).into_iter().collect();
    }
    let mut paths: Vec<Cow<'a, str>> = changed_paths(entry).map(Cow::Borrowed).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Returns what a value sorts by: upper and lower case alike, addresses by number and before other texts.
pub fn sort_text(field: Field, shown: &str) -> String {
    match (field, ip::parse_addr(shown)) {
        (Field::Ip, Some(addr)) => format!("0{:032x}", u128::from_be_bytes(ip::to_bytes(addr))),
        (Field::Ip, None) => format!("1{}", fold(shown)),
        _ => fold(shown).into_owned(),
    }
}

/// Calls `visit` with every mapped value that a search for text looks at, until it returns true. Returns
/// whether it did. Beside these it looks at the raw bytes and the decoded strings of the record.
///
/// Left out are words that stand for "not known" (`other`, `unknown`), and the scope, kind, source and
/// format: a search for `account` would else find every entry of the account's log.
pub fn mapped_texts(entry: &Entry<'_>, visit: &mut dyn FnMut(&str) -> bool) -> bool {
    let plain = [
        &entry.event_type,
        &entry.activity,
        &entry.action_code,
        &entry.workspace,
        &entry.country,
        &entry.request,
        &entry.session,
    ];
    plain.iter().any(|value| value.as_deref().is_some_and(&mut *visit))
        || [class_text(entry.class), action_text(entry.action), outcome_text(entry.outcome)]
            .iter()
            .any(|word| word.is_some_and(&mut *visit))
        || entry.actor.as_ref().is_some_and(|actor| {
            visit(actor.label())
                || [&actor.email, &actor.id].iter().any(|value| value.as_deref().is_some_and(&mut *visit))
        })
        || entry.ip.as_ref().is_some_and(|ip| visit(&ip.to_string()))
        || entry.targets.iter().any(|target| {
            [&target.kind, &target.id, &target.name]
                .iter()
                .any(|value| value.as_deref().is_some_and(&mut *visit))
        })
}

/// Returns the word of a class that a search for text looks at.
pub fn class_text(class: Class) -> Option<&'static str> {
    (class != Class::Other).then(|| class.as_str())
}

/// Returns the word of an action that a search for text looks at.
pub fn action_text(action: Action) -> Option<&'static str> {
    (action != Action::Other).then(|| action.as_str())
}

/// Returns the word of an outcome that a search for text looks at.
pub fn outcome_text(outcome: Outcome) -> Option<&'static str> {
    (outcome != Outcome::Unknown).then(|| outcome.as_str())
}

impl Row {
    /// Returns the row of an entry of which nothing is known but its id and place.
    pub fn blank(id: EntryId, position: Position) -> Row {
        Row {
            id,
            position,
            digits: 0,
            scope: None,
            workspace: None,
            event_type: None,
            class: Class::Other,
            activity: None,
            action: Action::Other,
            action_code: None,
            actor: None,
            actor_email: None,
            actor_id: None,
            kind: ActorKind::Unknown,
            ip: None,
            country: None,
            outcome: Outcome::Unknown,
            target_type: None,
            target_id: None,
            target_name: None,
            request: None,
            session: None,
            source: Arc::default(),
            format: Arc::default(),
            record: 0,
            has_diff: false,
            noted: false,
            marked: false,
        }
    }

    /// Returns the row of an entry.
    pub fn of(entry: &Entry<'_>, position: Position, noted: bool, marked: bool) -> Row {
        let share = |value: &Option<Cow<'_, str>>| value.as_deref().map(Arc::<str>::from);
        let actor = entry.actor.as_ref();
        let target = entry.target();
        Row {
            id: entry.id,
            position,
            digits: entry.time.as_ref().map_or(0, |time| time.digits),
            scope: entry.scope,
            workspace: share(&entry.workspace),
            event_type: share(&entry.event_type),
            class: entry.class,
            activity: share(&entry.activity),
            action: entry.action,
            action_code: share(&entry.action_code),
            actor: actor.map(|actor| actor.label().into()),
            actor_email: actor.and_then(|actor| share(&actor.email)),
            actor_id: actor.and_then(|actor| share(&actor.id)),
            kind: kind(entry),
            ip: entry.ip.clone().map(Ip::into_owned),
            country: share(&entry.country),
            outcome: entry.outcome,
            target_type: target.and_then(|target| share(&target.kind)),
            target_id: target.and_then(|target| share(&target.id)),
            target_name: target.and_then(|target| share(&target.name)),
            request: share(&entry.request),
            session: share(&entry.session),
            source: entry.place.source.as_ref().into(),
            format: entry.format.as_ref().into(),
            record: entry.place.record,
            has_diff: !entry.changes.is_empty(),
            noted,
            marked,
        }
    }

    /// Returns the value that a field shows, the same as [`shown_value`] of its entry.
    pub fn shown_value(&self, field: Field) -> Option<Cow<'_, str>> {
        fn some(value: &Option<Arc<str>>) -> Option<Cow<'_, str>> {
            value.as_deref().map(Cow::Borrowed)
        }
        match field {
            Field::Scope => self.scope.map(|scope| scope.as_str().into()),
            Field::Workspace => some(&self.workspace),
            Field::EventType => some(&self.event_type),
            Field::Class => Some(self.class.as_str().into()),
            Field::Activity => some(&self.activity),
            Field::Action => Some(self.action.as_str().into()),
            Field::ActionCode => some(&self.action_code),
            Field::Actor => some(&self.actor),
            Field::Kind => Some(self.kind.as_str().into()),
            Field::Ip => self.ip.as_ref().map(|ip| ip.to_string().into()),
            Field::Country => some(&self.country),
            Field::Target => {
                some(&self.target_name).or_else(|| some(&self.target_id)).or_else(|| some(&self.target_type))
            }
            Field::TargetType => some(&self.target_type),
            Field::TargetId => some(&self.target_id),
            Field::Outcome => Some(self.outcome.as_str().into()),
            Field::Request => some(&self.request),
            Field::Session => some(&self.session),
            Field::Source => Some(self.source.as_ref().into()),
            Field::Format => Some(self.format.as_ref().into()),
            Field::Changed => None,
        }
    }
}
