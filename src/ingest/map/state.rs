//! What a record says of its object, by the `[state]` section of its format.

use super::eval::Eval;
use crate::domain::facts::{Form, ObjectFacts, Word};
use crate::domain::json::{Kind, Node, Path, Step, push_string, quote, write_compact};
use crate::domain::{Action, Outcome};
use crate::ingest::format::plan::Rules;
use crate::ingest::format::state::StateRule;

/// Longest text of an object that is followed.
const LONGEST: usize = 16 << 20;

/// Returns what the record at hand says of its object. Its fields are filled already.
pub(super) fn facts<'a>(eval: &mut Eval<'a, '_>) -> ObjectFacts {
    let state = &eval.plan.state;
    if matches!(eval.entry.outcome, Outcome::Failure | Outcome::Denied) {
        // What was refused or failed changed nothing.
        return ObjectFacts { ends: Some(false), ..ObjectFacts::default() };
    }
    if state.idle.iter().any(|when| eval.holds(when)) {
        return ObjectFacts { ends: Some(false), idle: true, ..ObjectFacts::default() };
    }
    let ends = state.ends_stated.then(|| state.ends.iter().any(|when| eval.holds(when)));
    let changes = if state.changes { part(eval, &state.under) } else { None };
    let words: Vec<Word> = state.rules.iter().filter_map(|rule| word(eval, rule)).collect();
    let is_aside = |path: &str| state.without.iter().any(|name| name.matches(path));
    let listed = eval.entry.changes.iter().enumerate();
    let aside = listed.filter(|(_, change)| is_aside(&change.path)).map(|(at, _)| at).collect();
    ObjectFacts { ends, changes, words, aside, blurs: blurs(eval), ..ObjectFacts::default() }
}

/// Whether the act changed the object, and the record does not say what. A format whose records show their
/// objects in words of its own says so itself; of others an update that lists nothing is such.
fn blurs(eval: &mut Eval<'_, '_>) -> bool {
    let state = &eval.plan.state;
    if !eval.entry.changes.is_empty() {
        return false;
    }
    let shows = state.rules.iter().any(|rule| rule.value.is_empty());
    if state.blurs_stated || !state.changes || shows {
        return state.blurs.iter().any(|when| eval.holds(when));
    }
    eval.entry.action == Action::Updated && !eval.entry.targets.is_empty()
}

/// Returns the part that rules name: the whole object where there are none, `None` where they give nothing.
fn part<'a>(eval: &mut Eval<'a, '_>, rules: &'a Rules) -> Option<String> {
    if rules.is_empty() {
        return Some(String::new());
    }
    let text = eval.text("state", rules)?;
    Some(match text.parse::<Path>() {
        Ok(_) => text.into_owned(),
        Err(_) => Path::default().then(Step::Key(text.into_owned())).to_string(),
    })
}

fn word<'a>(eval: &mut Eval<'a, '_>, rule: &'a StateRule) -> Option<Word> {
    if !eval.holds(&rule.when) {
        return None;
    }
    if rule.form == Form::Gone {
        let under = part(eval, &rule.under)?;
        return Some(Word { form: rule.form, under, json: String::new() });
    }
    if !rule.value.is_empty() {
        let json = scalar(&eval.text("state", &rule.value)?);
        return Some(Word { form: rule.form, under: part(eval, &rule.under)?, json });
    }
    let node = rule.at.iter().find_map(|path| eval.node(path).filter(|node| !node.is_null()))?;
    let under = part(eval, &rule.under)?;
    let json = text(node, &rule.without);
    (json.len() <= LONGEST).then_some(Word { form: rule.form, under, json })
}

/// Returns a text as JSON: `true` and `false` are booleans.
fn scalar(text: &str) -> String {
    match text {
        "true" | "false" => text.to_owned(),
        text => quote(text),
    }
}

/// Returns a value as JSON text, less the members that are no state: `kind`, `metadata.managedFields`.
fn text(node: Node<'_>, without: &[String]) -> String {
    let mut out = String::new();
    write(node, "", without, &mut out);
    out
}

fn write(node: Node<'_>, at: &str, without: &[String], out: &mut String) {
    let inside = |name: &str| {
        without.iter().any(|path| path.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    };
    if node.kind() != Kind::Object || !(at.is_empty() || inside(at)) {
        return write_compact(node, out);
    }
    out.push('{');
    let mut first = true;
    for (key, value) in node.members() {
        let key = key.decode();
        let path = if at.is_empty() { key.to_string() } else { format!("{at}.{key}") };
        if without.contains(&path) {
            continue;
        }
        out.push_str(if first { "" } else { "," });
        first = false;
        push_string(out, &key);
        out.push(':');
        write(value, &path, without, out);
    }
    out.push('}');
}
