//! A parser of the demo's records as one would write it for them alone.

use std::borrow::Cow;
use std::collections::HashMap;

use auditty::diff::within::Within;
use auditty::domain::json::{Doc, Kind, Node};
use auditty::domain::{
    Action, Actor, ActorKind, Change, ChangeOp, Class, Entry, EntryId, Ip, Moment, Outcome, Provenance,
    Scope, Str, Target, Timestamp,
};

/// What an activity means.
#[derive(Clone)]
struct Meaning {
    event_type: Option<String>,
    class: Class,
}

/// Reads records into entries.
pub(crate) struct ByHand {
    doc: Doc,
    /// By the name of an activity, and by the vendor's word for an act: what one would write down as tables. They are
    /// learnt from the format, so that they are not written twice.
    activities: HashMap<String, Meaning>,
    actions: HashMap<String, Action>,
}

/// The values of a record that are wanted.
#[derive(Default)]
struct Found<'a> {
    time: Option<Node<'a>>,
    scope: Option<Node<'a>>,
    workspace: Option<Node<'a>>,
    event_type: Option<Node<'a>>,
    activity: Option<Node<'a>>,
    object: [Option<Node<'a>>; 3],
    action: Option<Node<'a>>,
    user: Option<Node<'a>>,
    service: Option<Node<'a>>,
    actor_type: Option<Node<'a>>,
    ip: Option<Node<'a>>,
    request: Option<Node<'a>>,
    session: Option<Node<'a>>,
    changes: Option<Node<'a>>,
    campaign: Option<Node<'a>>,
}

impl ByHand {
    /// Returns a parser with the tables that these entries show.
    pub(crate) fn learnt(show: impl FnOnce(&mut dyn FnMut(Entry<'_>))) -> ByHand {
        let (mut activities, mut actions) = (HashMap::new(), HashMap::new());
        show(&mut |entry| {
            let meaning =
                Meaning { event_type: entry.event_type.as_deref().map(str::to_owned), class: entry.class };
            activities.entry(entry.activity.unwrap_or_default().into_owned()).or_insert(meaning);
            actions.entry(entry.action_code.unwrap_or_default().into_owned()).or_insert(entry.action);
        });
        ByHand { doc: Doc::new(), activities, actions }
    }

    /// Reads lines.
    pub(crate) fn read(&mut self, lines: &[&[u8]], each: &mut dyn FnMut(Entry<'_>)) {
        let ByHand { doc, activities, actions } = self;
        for line in lines {
            let root = doc.parse(std::str::from_utf8(line).unwrap()).unwrap();
            each(entry(root, activities, actions));
        }
    }
}

fn entry<'a>(
    root: Node<'a>,
    activities: &HashMap<String, Meaning>,
    actions: &HashMap<String, Action>,
) -> Entry<'a> {
    let found = find(root);
    let mut entry = Entry::blank("customerio");
    assert!(root.is_compact());
    entry.id = EntryId::of(root.raw().as_bytes(), 0);
    entry.time = found.time.and_then(moment);
    entry.scope = found.scope.and_then(text).and_then(|word| Scope::parse(&word));
    entry.workspace = found.workspace.and_then(|node| node.get("name")).and_then(text);
    entry.activity = found.activity.and_then(text);
    let meaning = entry.activity.as_deref().and_then(|name| activities.get(name));
    entry.class = meaning.map_or(Class::Other, |meaning| meaning.class);
    entry.event_type = found.event_type.and_then(text);
    debug_assert_eq!(entry.event_type.as_deref(), meaning.and_then(|meaning| meaning.event_type.as_deref()));
    entry.action_code = found.action.and_then(text);
    entry.action =
        entry.action_code.as_deref().and_then(|code| actions.get(code).copied()).unwrap_or(Action::Other);
    entry.outcome = if entry.action == Action::LoginFailed { Outcome::Failure } else { Outcome::Success };
    entry.outcome_inferred = entry.outcome == Outcome::Success;
    entry.actor = actor(&found);
    entry.ip = found.ip.and_then(text).and_then(Ip::read);
    entry.request = found.request.and_then(text);
    entry.session = found.session.and_then(text);
    targets(&found, &mut entry);
    if let Some(changes) = found.changes {
        // What changed inside values is told by the same function: it is no mapping.
        let mut within = Within::default();
        entry.changes.extend(changes.items().filter_map(|element| change(element, &mut within)));
        entry.inner = within.into_found();
    }
    entry
}

fn find(root: Node<'_>) -> Found<'_> {
    let mut found = Found::default();
    for (key, value) in root.members() {
        let slot = match key.raw() {
            "created_at" => &mut found.time,
            "scope" => &mut found.scope,
            "workspace" => &mut found.workspace,
            "event_type" => &mut found.event_type,
            "activity" => &mut found.activity,
            "object_type" => &mut found.object[0],
            "object_id" => &mut found.object[1],
            "object_name" => &mut found.object[2],
            "action" => &mut found.action,
            "user" => &mut found.user,
            "service_account_id" => &mut found.service,
            "actor_type" => &mut found.actor_type,
            "ip_addr" => &mut found.ip,
            "request_id" => &mut found.request,
            "session_id" => &mut found.session,
            "changes" => &mut found.changes,
            "campaign_id" => &mut found.campaign,
            _ => continue,
        };
        *slot = Some(value);
    }
    found
}

fn text(node: Node<'_>) -> Option<Str<'_>> {
    node.scalar().filter(|text| !text.trim().is_empty())
}

/// `2026-11-22T14:03:11.123Z`
fn moment(node: Node<'_>) -> Option<Moment<'_>> {
    let text = node.as_str()?;
    let bytes: &[u8; 24] = text.as_bytes().try_into().ok()?;
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().fold(0i64, |number, byte| number * 10 + i64::from(byte - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let year = year - i64::from(month <= 2);
    let era = year / 400;
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let seconds = days * 86_400 + number(11, 13) * 3_600 + number(14, 16) * 60 + number(17, 19);
    let at = Timestamp(seconds * 1_000_000_000 + number(20, 23) * 1_000_000);
    Some(Moment { at, digits: 3, text })
}

fn actor<'a>(found: &Found<'a>) -> Option<Actor<'a>> {
    let of_user = |key: &str| found.user.and_then(|user| user.get(key)).and_then(text);
    let (name, email) = (of_user("name"), of_user("email"));
    let id = of_user("id").or_else(|| found.service.and_then(text));
    if name.is_none() && email.is_none() && id.is_none() {
        return None;
    }
    let kind = match found.actor_type.and_then(text).as_deref() {
        Some("system") => ActorKind::System,
        Some("token") => ActorKind::Token,
        Some(word) if word.starts_with("service") => ActorKind::Service,
        Some(word) if word.starts_with("api") => ActorKind::Token,
        Some(word) if word.starts_with("support") => ActorKind::Support,
        _ => ActorKind::Member,
    };
    Some(Actor { kind, name, email, id })
}

fn targets<'a>(found: &Found<'a>, entry: &mut Entry<'a>) {
    let [kind, id, name] = found.object.map(|node| node.and_then(text));
    let campaign = kind.as_deref() == Some("campaign");
    let session = entry.activity.as_deref().is_some_and(|name| name.starts_with("Log in"));
    if !session && (id.is_some() || name.is_some()) {
        entry.targets.push(Target { kind, id, name });
    }
    if let Some(id) = found.campaign.and_then(text).filter(|_| !campaign) {
        entry.targets.push(Target { kind: Some(Cow::Borrowed("campaign")), id: Some(id), name: None });
    }
}

fn change<'a>(element: Node<'a>, within: &mut Within<'a>) -> Option<Change<'a>> {
    let (mut path, mut before, mut after) = (None, None, None);
    for (key, value) in element.members() {
        match key.raw() {
            "attribute_name" => path = text(value),
            "before" => before = Some(value),
            "after" => after = Some(value),
            _ => {}
        }
    }
    let there = |node: Option<Node<'_>>| node.is_some_and(|node| node.kind() != Kind::Null);
    let op = match (there(before), there(after)) {
        (false, false) => return None,
        (false, true) => ChangeOp::Add,
        (true, false) => ChangeOp::Remove,
        (true, true) if before.map(|node| node.raw()) == after.map(|node| node.raw()) => return None,
        (true, true) => ChangeOp::Replace,
    };
    let path = path?;
    if let (ChangeOp::Replace, Some(before), Some(after)) = (op, before, after) {
        within.look(&path, before, after, Provenance::Recorded);
    }
    Some(Change { path, op, before: None, after: None, provenance: Provenance::Recorded })
}
