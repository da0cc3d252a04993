//! The fields of an entry, each from its rules.

use std::borrow::Cow;

use super::eval::{Eval, json_value};
use crate::diff::within::Within;
use crate::domain::facts::ObjectFacts;
use crate::domain::json::{Kind, Node};
use crate::domain::{Action, Actor, ActorKind, Change, ChangeOp, Class, Moment, Outcome, Scope, Str, Target};
use crate::ingest::changes as encodings;
use crate::ingest::format::plan::{ActorRules, Rules, TargetRules};
use crate::ingest::format::{Want, shape, time};

/// Most targets and changes of one entry; what lies beyond is in the raw record.
const MANY: usize = 10_000;

/// Fills every field that the plan has rules for.
pub(super) fn fill(eval: &mut Eval<'_, '_>) {
    let plan = eval.plan;
    eval.entry.time = eval.time(&plan.time).or_else(|| collected_time(eval));
    eval.entry.action_code = eval.text("action_code", &plan.action_code);
    codes(eval);
    kinds(eval);
    eval.entry.actor = actor(eval, &plan.actor, ["actor.kind", "actor.name", "actor.email", "actor.id"]);
    // No column holds it.
    if !plan.on_behalf_of.is_empty() && matches!(eval.want, Want::Full | Want::History) {
        let fields = ["on_behalf_of.kind", "on_behalf_of.name", "on_behalf_of.email", "on_behalf_of.id"];
        eval.entry.on_behalf_of = actor(eval, &plan.on_behalf_of, fields);
    }
    eval.entry.ip = eval.ip(&plan.ip);
    eval.entry.country = eval.text("country", &plan.country);
    eval.entry.request = eval.text("request", &plan.request);
    eval.entry.session = eval.text("session", &plan.session);
    for rules in &plan.targets {
        targets(eval, rules);
    }
    changes(eval);
    if matches!(eval.want, Want::Full | Want::History) {
        surroundings(eval);
    }
    if eval.want == Want::History {
        let of_changes = eval.entry.facts.take().unwrap_or_default();
        let facts = super::state::facts(eval);
        let ObjectFacts { stays, elements, .. } = *of_changes;
        eval.entry.facts = Some(Box::new(ObjectFacts { stays, elements, ..facts }));
    }
}

/// Finds the changes.
pub(super) fn changes(eval: &mut Eval<'_, '_>) {
    let plan = eval.plan;
    let (mut within, mut stays, mut elements) = (Within::default(), Vec::new(), Vec::new());
    for rules in &plan.changes {
        if (rules.otherwise && !eval.entry.changes.is_empty()) || !eval.holds(&rules.when) {
            continue;
        }
        let mut found = std::mem::take(&mut eval.entry.changes);
        let known = found.len();
        encodings::extract(rules, eval, &mut within, (&mut stays, &mut elements), &mut found);
        if found.len() > known && eval.trace.is_some() {
            for path in rules.encoding.places() {
                let count = found.len() - known;
                let value = format!("{count} {}", if count == 1 { "change" } else { "changes" });
                eval.note_path("changes", path, rules.encoding.name(), value);
            }
        }
        found.truncate(MANY);
        eval.entry.changes = found;
    }
    eval.entry.inner = within.into_found();
    let action = eval.entry.action;
    stays.iter_mut().for_each(|stay| settle(action, stay));
    eval.entry.changes.iter_mut().for_each(|change| settle(action, change));
    if eval.want == Want::History {
        eval.entry.facts = Some(Box::new(ObjectFacts { stays, elements, ..ObjectFacts::default() }));
    }
}

/// Before an object came to be and when it is gone, a `null` says that there is nothing.
fn settle(action: Action, change: &mut Change<'_>) {
    let is_null = |side: &Option<Str<'_>>| side.as_deref() == Some("null");
    if action == Action::Created && is_null(&change.before) {
        (change.before, change.op) = (None, ChangeOp::Add);
    }
    if action == Action::Deleted && is_null(&change.after) {
        (change.after, change.op) = (None, ChangeOp::Remove);
    }
}

/// Finds the rows of the code tables that apply.
fn codes(eval: &mut Eval<'_, '_>) {
    let plan = eval.plan;
    for (at, codes) in plan.codes.iter().enumerate().take(eval.rows.len()) {
        let text = match codes.from.is_empty() {
            true => eval.entry.action_code.clone(),
            false => eval.text("codes", &codes.from),
        };
        eval.rows[at] = text.and_then(|text| eval.row(at as u16, &text));
    }
}

/// Returns the time that a collector set from the record's own, which it then left out: `@timestamp` at the root of
/// the record itself.
fn collected_time<'a>(eval: &mut Eval<'a, '_>) -> Option<Moment<'a>> {
    let node = (*eval.nodes.first()?)?.get("@timestamp")?;
    let how = time::TimeRules { zone: eval.context.assume_tz, ..time::TimeRules::default() };
    let moment = time::read(node, &how)?;
    eval.note_path("time", "@timestamp".to_owned(), "text", moment.text.to_string());
    Some(moment)
}

/// What it was about and how it ended.
fn kinds(eval: &mut Eval<'_, '_>) {
    let plan = eval.plan;
    eval.entry.activity = eval.coded("activity", &plan.activity, |row| row.activity.as_deref());
    eval.entry.event_type = eval.coded("event_type", &plan.event_type, |row| row.event_type.as_deref());
    let action = eval.coded("action", &plan.action, |row| row.action.map(Action::as_str));
    eval.entry.action = action.and_then(|word| Action::parse(&word)).unwrap_or(Action::Other);
    let class = eval.coded("class", &plan.class, |row| row.class.map(Class::as_str));
    eval.entry.class = class.and_then(|word| Class::parse(&word)).unwrap_or(Class::Other);
    eval.constant = false;
    let outcome = eval.coded("outcome", &plan.outcome, |row| row.outcome.map(Outcome::as_str));
    eval.entry.outcome = outcome.and_then(|word| Outcome::parse(&word)).unwrap_or(Outcome::Unknown);
    eval.entry.outcome_inferred = eval.constant && eval.entry.outcome == Outcome::Success;
    // A session that was refused was not begun; the record says so in two places.
    if eval.entry.action == Action::LoggedIn
        && matches!(eval.entry.outcome, Outcome::Failure | Outcome::Denied)
    {
        eval.entry.action = Action::LoginFailed;
    }
    if eval.entry.action == Action::LoginFailed && eval.entry.outcome == Outcome::Unknown {
        eval.entry.outcome = Outcome::Failure;
    }
    if plan.guessed.is_some() && eval.entry.event_type.is_none() && eval.entry.class != Class::Other {
        eval.entry.event_type = Some(Cow::Borrowed(eval.entry.class.as_str()));
    }
    let scope = eval.coded("scope", &plan.scope, |row| row.scope.map(Scope::as_str));
    eval.entry.scope = eval.context.scope.or_else(|| scope.and_then(|word| Scope::parse(&word)));
    eval.entry.workspace = match &eval.context.workspace {
        Some(workspace) => Some(Cow::Borrowed(workspace.as_str())),
        None => eval.text("workspace", &plan.workspace),
    };
}

fn actor<'a>(eval: &mut Eval<'a, '_>, rules: &'a ActorRules, fields: [&'static str; 4]) -> Option<Actor<'a>> {
    let mut actor = Actor {
        kind: ActorKind::Unknown,
        name: eval.text(fields[1], &rules.name),
        email: eval.text(fields[2], &rules.email),
        id: eval.text(fields[3], &rules.id),
    };
    let known = actor.name.is_some() || actor.email.is_some() || actor.id.is_some();
    let kind = eval.text(fields[0], &rules.kind).and_then(|word| ActorKind::parse(&word));
    match kind {
        // Nobody is known: a kind that stands for somebody in particular would invent one.
        Some(ActorKind::System | ActorKind::Anonymous) => actor.kind = kind.unwrap_or(ActorKind::Unknown),
        _ if !known => return None,
        kind => actor.kind = kind.unwrap_or(ActorKind::Unknown),
    }
    if actor.email.is_none() {
        move_email(&mut actor);
    }
    Some(actor)
}

/// A name or id that is an e-mail address is one.
fn move_email(actor: &mut Actor<'_>) {
    if actor.name.as_deref().is_some_and(shape::is_email) {
        actor.email = actor.name.take();
    } else if actor.id.as_deref().is_some_and(shape::is_email) {
        actor.email = actor.id.clone();
    }
}

fn targets<'a>(eval: &mut Eval<'a, '_>, rules: &'a TargetRules) {
    if (rules.otherwise && !eval.entry.targets.is_empty()) || !eval.holds(&rules.when) {
        return;
    }
    let Some((path, scope)) = &rules.each else { return target(eval, rules) };
    let mut elements: Vec<Node<'a>> = Vec::new();
    eval.visit(path, &mut |node| match node.kind() {
        Kind::Array => elements.extend(node.items().take(MANY)),
        Kind::Null => {}
        _ => elements.push(node),
    });
    let outer = std::mem::take(&mut eval.list);
    if eval.trace.is_some() {
        eval.list = path.text.to_string();
    }
    for element in elements {
        if eval.entry.targets.len() >= MANY {
            break;
        }
        eval.enter(*scope, element);
        target(eval, rules);
    }
    eval.list = outer;
    eval.nodes[usize::from(*scope)] = None;
}

fn target<'a>(eval: &mut Eval<'a, '_>, rules: &'a TargetRules) {
    let id = eval.text("target.id", &rules.id);
    let name = eval.text("target.name", &rules.name);
    if id.is_none() && name.is_none() {
        return;
    }
    let target = Target { kind: eval.text("target.type", &rules.kind), id, name };
    if eval.entry.targets.len() > 64 || !eval.entry.targets.contains(&target) {
        eval.entry.targets.push(target);
    }
}

/// What no column of the store holds.
fn surroundings(eval: &mut Eval<'_, '_>) {
    let plan = eval.plan;
    eval.entry.user_agent = eval.text("user_agent", &plan.user_agent);
    eval.entry.reason = eval.text("reason", &plan.reason);
    let summary = eval.coded("summary", &plan.summary, |row| row.summary.as_deref());
    eval.entry.summary = summary;
    eval.entry.link = eval.text("link", &plan.link).filter(|link| is_link(link));
    for (label, rules) in &plan.metadata {
        if label == "*" {
            spread(eval, rules);
            continue;
        }
        if let Some(value) = json_value(eval, rules) {
            eval.entry.metadata.push((Cow::Borrowed(label.as_str()), value));
        }
    }
}

/// Every member of an object is a label with its value.
fn spread<'a>(eval: &mut Eval<'a, '_>, rules: &'a Rules) {
    let Some(object) = eval.value(rules) else { return };
    for (key, value) in object.members() {
        if shape::is_present(value) {
            eval.entry.metadata.push((key.decode(), Cow::Borrowed(value.raw())));
        }
    }
}

/// A link is opened by a browser: nothing but the web, and no character that a shell or terminal reads.
fn is_link(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text
            .contains(|c: char| c.is_control() || c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\'))
}
