//! Why nothing matched: which condition is to blame, and what was probably meant by it, judged by what the store
//! holds. An empty answer to an auditor's question must never be a slip of the fingers.

use std::collections::BTreeSet;

use crate::domain::Field;
use crate::present::number::{counted, named};
use crate::query::edit::time_span;
use crate::query::nearest::nearest;
use crate::query::{Answer, Expr, Filter, Pattern, Term, Text, ValueMatcher, Watch};
use crate::store::Result;

use super::Access;

/// Values of a field that are looked at, the most frequent ones.
const VALUES: usize = 20_000;
/// At most so many conditions are counted one by one.
const CONDITIONS: usize = 8;
/// As many values are named.
const NAMED: usize = 3;
/// A field with no more values than this has them all named.
const FEW: usize = 12;

/// Returns what to say about a filter that no entry matches, a sentence each; `None` where it was cancelled.
///
/// # Errors
/// The store cannot be read.
pub fn advice(access: &mut Access, filter: &Filter, watch: &mut dyn Watch) -> Result<Answer<Vec<String>>> {
    let mut said = Vec::new();
    if time_span(filter).is_empty() {
        said.push("the time ranges have no instant in common".to_owned());
    }
    let conditions = filter.conjuncts();
    said.extend(operators(conditions));
    let mut counts = Vec::new();
    for condition in conditions.iter().take(CONDITIONS) {
        let alone = Filter { expr: condition.clone() };
        let Some(count) = access.count(&alone, watch)? else { return Ok(None) };
        if count == 0 {
            let Some(lines) = meant(access, condition, watch)? else { return Ok(None) };
            said.extend(lines);
        }
        counts.push((alone.to_string(), count));
    }
    if counts.len() > 1 {
        let each: Vec<String> = counts.iter().map(|(text, count)| format!("{text} {count}")).collect();
        said.push(format!("each condition alone: {}", each.join(", ")));
    }
    Ok(Some(said))
}

/// Words that would join conditions if they stood in capitals.
fn operators(conditions: &[Expr]) -> Option<String> {
    let words: BTreeSet<&str> = conditions
        .iter()
        .filter_map(|condition| match condition {
            Expr::Term(Term::Text(text)) => Some(text.literal.as_str()),
            _ => None,
        })
        .filter(|word| ["and", "or", "not"].contains(word))
        .collect();
    let words: Vec<&str> = words.into_iter().collect();
    let list = words.join(", ");
    (!words.is_empty())
        .then(|| format!("{list}: searched as words; only AND, OR, NOT in capitals join conditions"))
}

/// What a condition that nothing meets may have meant.
fn meant(access: &mut Access, condition: &Expr, watch: &mut dyn Watch) -> Result<Answer<Vec<String>>> {
    let (field, patterns) = match condition {
        Expr::Term(Term::Value(field, patterns)) => (field, patterns),
        Expr::Term(Term::Text(text)) if text.exact_case => return in_any_case(access, text, watch),
        _ => return Ok(Some(Vec::new())),
    };
    let asked = [(*field, Filter::all())];
    let Some(facets) = access.facets(&asked, VALUES, watch)? else { return Ok(None) };
    let Some(facet) = facets.first() else { return Ok(Some(Vec::new())) };
    let values: Vec<&str> = facet.values.iter().map(|value| &*value.value).collect();
    let mut lines = Vec::new();
    for pattern in patterns {
        let Pattern::Exact(text) = pattern else { continue };
        let Some(other) = elsewhere(access, *field, pattern, watch)? else { return Ok(None) };
        lines.extend(other.or_else(|| instead(*field, text, &values)));
    }
    Ok(Some(lines))
}

/// A text with capitals in it is searched as it is written, which nobody is told while it finds something.
fn in_any_case(access: &mut Access, text: &Text, watch: &mut dyn Watch) -> Result<Answer<Vec<String>>> {
    let filter = |text: Text| Filter::from(Expr::Term(Term::Text(text)));
    let small = filter(Text::new(text.literal.to_lowercase()));
    let Some(count) = access.count(&small, watch)? else { return Ok(None) };
    let typed = filter(text.clone());
    let said = format!(
        "{typed}: capitals are searched as they are written; {small} finds {} in any case",
        counted(count, "entry")
    );
    Ok(Some(if count > 0 { vec![said] } else { Vec::new() }))
}

/// Fields that have a value which was sought in another.
fn elsewhere(
    access: &mut Access,
    field: Field,
    pattern: &Pattern,
    watch: &mut dyn Watch,
) -> Result<Answer<Option<String>>> {
    let mut found = Vec::new();
    for other in Field::ALL.iter().filter(|other| **other != field) {
        let there = condition(*other, pattern);
        let Some(count) = access.count(&there, watch)? else { return Ok(None) };
        if count > 0 {
            found.push(format!("{there} has {count}"));
        }
    }
    let text = condition(field, pattern);
    Ok(Some((!found.is_empty()).then(|| format!("{text}: not there, but {}", found.join(", ")))))
}

/// The filter for a value of a field.
fn condition(field: Field, pattern: &Pattern) -> Filter {
    Expr::pattern(field, pattern.clone()).into()
}

/// What may have been meant by a whole value that no entry has.
fn instead(field: Field, text: &str, values: &[&str]) -> Option<String> {
    let condition = |pattern: &Pattern| condition(field, pattern).to_string();
    let found = |pattern: &Pattern| {
        let matcher = ValueMatcher::of(field, std::slice::from_ref(pattern));
        values.iter().filter(|value| matcher.matches(value)).copied().collect::<Vec<&str>>()
    };
    let typed = condition(&Pattern::Exact(text.to_owned()));
    if text.contains('*') {
        let star = Pattern::of_pieces(&text.split('*').collect::<Vec<_>>());
        let finds = named(&found(&star), NAMED).map_or_else(String::new, |values| format!(" finds {values}"));
        let meant = condition(&star);
        return Some(format!("{typed}: a star within quotes stands for itself; {meant}{finds}"));
    }
    let wide = Pattern::of_pieces(&["", text, ""]);
    if let Some(values) = named(&found(&wide), NAMED) {
        return Some(format!("{typed} wants the whole value; {} finds {values}", condition(&wide)));
    }
    if let Some(near) = nearest(text, values.iter().copied()) {
        let near = condition(&Pattern::Exact(near.to_owned()));
        return Some(format!("{typed}: did you mean {near}?"));
    }
    match values {
        [] => Some(format!("no entry has a value of {}", field.key())),
        _ if values.len() <= FEW => Some(format!("{typed}: there are {}", values.join(", "))),
        _ => None,
    }
}
