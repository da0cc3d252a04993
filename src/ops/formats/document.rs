//! What a format says: every field with the paths that fill it, in the order in which they are tried.

use crate::domain::json::Path;
use crate::ingest::format::Format;
use crate::ingest::format::plan::{Condition, Plan, Rules, ScopeKind, TargetRules, Test};

/// A field of a format and how it is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documented {
    /// The field, as samples name it; of metadata its label.
    pub field: String,
    /// The ways to it, in order.
    pub ways: Vec<String>,
}

/// Returns the mapping of a format, in the order of a format file.
pub fn document(format: &Format) -> Vec<Documented> {
    let plan = &format.plan;
    let mut out = Vec::new();
    let mut add = |field: &str, ways: Vec<String>| {
        if !ways.is_empty() {
            out.push(Documented { field: field.to_owned(), ways });
        }
    };
    add(
        "unwrap",
        plan.unwrap.iter().map(|wrapper| decoded(&wrapper.path, wrapper.json, wrapper.base64)).collect(),
    );
    if let Some((path, _)) = &plan.each {
        add("each", vec![path.text.to_string()]);
    }
    for (field, rules) in fields(plan) {
        add(field, ways(plan, rules));
    }
    for (at, target) in plan.targets.iter().enumerate() {
        let name = if at == 0 { "target".to_owned() } else { format!("target {}", at + 1) };
        add(&name, target_ways(plan, target));
    }
    for codes in &plan.codes {
        let from = ways(plan, &codes.from).join(", ");
        let from = if from.is_empty() { "$action_code".to_owned() } else { from };
        add("codes", vec![format!("{from}: a table of {} codes", codes.table.rows().len())]);
    }
    for rules in &plan.changes {
        let places = rules.encoding.places().join(", ");
        let at = if places.is_empty() { "the record".to_owned() } else { places };
        add("changes", vec![format!("{at}, as {}{}", rules.encoding.name(), when(plan, &rules.when))]);
    }
    add("state", state_ways(plan));
    for (label, rules) in &plan.metadata {
        add(&format!("metadata: {label}"), ways(plan, rules));
    }
    out
}

fn decoded(path: &Path, json: bool, base64: bool) -> String {
    format!("{path}{}{}", if json { "|json" } else { "" }, if base64 { "|base64" } else { "" })
}

fn fields(plan: &Plan) -> [(&'static str, &Rules); 26] {
    let (actor, other) = (&plan.actor, &plan.on_behalf_of);
    [
        ("id", &plan.id),
        ("time", &plan.time),
        ("scope", &plan.scope),
        ("workspace", &plan.workspace),
        ("event_type", &plan.event_type),
        ("class", &plan.class),
        ("activity", &plan.activity),
        ("action", &plan.action),
        ("action_code", &plan.action_code),
        ("summary", &plan.summary),
        ("actor.kind", &actor.kind),
        ("actor.name", &actor.name),
        ("actor.email", &actor.email),
        ("actor.id", &actor.id),
        ("on_behalf_of.kind", &other.kind),
        ("on_behalf_of.name", &other.name),
        ("on_behalf_of.email", &other.email),
        ("on_behalf_of.id", &other.id),
        ("ip", &plan.ip),
        ("country", &plan.country),
        ("user_agent", &plan.user_agent),
        ("outcome", &plan.outcome),
        ("reason", &plan.reason),
        ("request", &plan.request),
        ("session", &plan.session),
        ("link", &plan.link),
    ]
}

fn ways(plan: &Plan, rules: &Rules) -> Vec<String> {
    rules.iter().map(|rule| format!("{}{}", rule.describe(), when(plan, &rule.when))).collect()
}

fn target_ways(plan: &Plan, target: &TargetRules) -> Vec<String> {
    let mut out = Vec::new();
    if let Some((path, scope)) = &target.each {
        let element = plan.scopes.get(usize::from(*scope)).is_some_and(|s| s.kind == ScopeKind::Element);
        out.push(format!("{} {}", if element { "each of" } else { "in" }, path.text));
    }
    for (part, rules) in [("type", &target.kind), ("id", &target.id), ("name", &target.name)] {
        let all = ways(plan, rules);
        if !all.is_empty() {
            out.push(format!("{part}: {}", all.join("; ")));
        }
    }
    let condition = when(plan, &target.when);
    if !condition.is_empty() {
        out.push(condition.trim_start().to_owned());
    }
    out
}

/// What the format says of the objects of its entries.
fn state_ways(plan: &Plan) -> Vec<String> {
    let state = &plan.state;
    let mut out = Vec::new();
    let mut say = |is: bool, text: &str| out.extend(is.then(|| text.to_owned()));
    say(state.by_name, "objects are told apart by name");
    say(state.untyped, "one id is one object, whatever its type");
    say(!state.changes, "listed changes do not carry over");
    if !state.renames.is_empty() {
        out.push(format!("renamed from target.id to target.name by {}", state.renames.join(", ")));
    }
    for (word, acts) in
        [("gone", &state.ends), ("nothing changed", &state.idle), ("all may be new", &state.blurs)]
    {
        out.extend(acts.iter().map(|conditions| format!("{word}{}", when(plan, conditions))));
    }
    let part = |rules: &Rules| match ways(plan, rules) {
        parts if parts.is_empty() => String::new(),
        parts => format!(" of {}", parts.join(", ")),
    };
    for rule in &state.rules {
        let mut from: Vec<String> = rule.at.iter().map(|path| path.text.to_string()).collect();
        from.extend(ways(plan, &rule.value));
        let from = if from.is_empty() { String::new() } else { format!(" {}", from.join(", ")) };
        out.push(format!("{}{from}{}{}", rule.form.name(), part(&rule.under), when(plan, &rule.when)));
    }
    out
}

fn when(plan: &Plan, conditions: &[u16]) -> String {
    let all: Vec<String> =
        conditions.iter().filter_map(|&at| plan.conditions.get(usize::from(at))).map(condition).collect();
    if all.is_empty() { String::new() } else { format!(" when {}", all.join(" and ")) }
}

fn condition(condition: &Condition) -> String {
    let source = condition.source.describe();
    match &condition.test {
        Test::Present(true) => format!("{source} is there"),
        Test::Present(false) => format!("{source} is not there"),
        Test::AnyOf(globs) => format!("{source} is {}", or(globs)),
        Test::NoneOf(globs) => format!("{source} is not {}", or(globs)),
    }
}

fn or(globs: &[crate::ingest::format::glob::Glob]) -> String {
    globs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::format::Formats;

    #[test]
    fn every_format_documents_its_fields() {
        for format in Formats::builtin().all().iter().filter(|format| !format.generic) {
            let all = document(format);
            assert!(all.iter().any(|one| one.field == "time"), "{} documents no time", format.name);
        }
        let github = Formats::builtin().get("github").unwrap();
        let all = document(&github);
        let of = |field: &str| all.iter().find(|one| one.field == field).unwrap().ways.clone();
        assert_eq!(of("action_code")[0], "action");
        assert_eq!(of("time")[0], "@timestamp");
        assert!(of("class").iter().any(|way| way.ends_with("action_code, as class")), "{:?}", of("class"));
        assert!(
            of("state").iter().any(|way| way.starts_with("gone when action is repo.destroy or")),
            "{:?}",
            of("state")
        );
        let cloudtrail = document(&Formats::builtin().get("cloudtrail").unwrap());
        let state = &cloudtrail.iter().find(|one| one.field == "state").unwrap().ways;
        assert_eq!(state[0], "objects are told apart by name");
        assert!(state[2].starts_with("renamed from target.id to target.name by UpdateUser,"), "{state:?}");
        assert!(of("target")[0].contains("user"), "{:?}", of("target"));
    }
}
