//! Whether one entry meets a filter: the meaning of the language.
//!
//! A condition looks at the set of values an entry has for its key. A pattern matches where any value of the
//! set does, `key:none` where the set is empty, and a negation is the complement.

use crate::domain::json::{Doc, Kind, Node, Path, for_each_string};
use crate::domain::{Change, Entry, Field, IdPrefix, TimeSpan};

use super::text::TextMatcher;
use super::value::{IpMatcher, ValueMatcher};
use super::values::{mapped_texts, visit_values};
use super::{Expr, Filter, Has, Term};

/// An entry with all that a filter may ask about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The entry.
    pub entry: &'a Entry<'a>,
    /// The record's bytes.
    pub raw: &'a [u8],
    /// The record as JSON; `None` where it could not be decoded.
    pub document: Option<Node<'a>>,
    /// Whether the user has a note on it.
    pub noted: bool,
    /// Whether the user has bookmarked it.
    pub marked: bool,
}

/// Whether an entry meets a filter. For many entries compile a [`Matcher`] once.
pub fn matches(filter: &Filter, subject: &Subject<'_>) -> bool {
    Matcher::new(filter).matches(subject)
}

/// A filter compiled for many entries.
#[derive(Clone, Debug)]
pub struct Matcher(Test);

#[derive(Clone, Debug)]
enum Test {
    All,
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    Value(Field, ValueMatcher),
    Ip(IpMatcher),
    Time(TimeSpan),
    Id(Vec<IdPrefix>),
    Text(TextMatcher),
    Raw(Path, ValueMatcher),
    Before(ValueMatcher),
    After(ValueMatcher),
    Has(Has),
}

impl Matcher {
    /// Compiles a filter.
    pub fn new(filter: &Filter) -> Matcher {
        Matcher(compile(&filter.expr))
    }

    /// Whether an entry meets the filter.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.0.holds(subject)
    }
}

fn compile(expr: &Expr) -> Test {
    match expr {
        Expr::All => Test::All,
        Expr::And(terms) => Test::And(terms.iter().map(compile).collect()),
        Expr::Or(terms) => Test::Or(terms.iter().map(compile).collect()),
        Expr::Not(inner) => Test::Not(Box::new(compile(inner))),
        Expr::Term(term) => compile_term(term),
    }
}

fn compile_term(term: &Term) -> Test {
    match term {
        Term::Value(field, patterns) => Test::Value(*field, ValueMatcher::of(*field, patterns)),
        Term::Ip(wanted) => Test::Ip(IpMatcher::new(wanted)),
        Term::Time(time) => Test::Time(time.span),
        Term::Id(prefixes) => Test::Id(prefixes.clone()),
        Term::Text(text) => Test::Text(TextMatcher::literal(text)),
        Term::Regex(regex) => Test::Text(TextMatcher::regex(regex)),
        Term::Raw(path, patterns) => Test::Raw(path.clone(), ValueMatcher::new(patterns)),
        Term::From(patterns) => Test::Before(ValueMatcher::new(patterns)),
        Term::To(patterns) => Test::After(ValueMatcher::new(patterns)),
        Term::Has(has) => Test::Has(*has),
    }
}

impl Test {
    fn holds(&self, subject: &Subject<'_>) -> bool {
        let entry = subject.entry;
        match self {
            Test::All => true,
            Test::And(tests) => tests.iter().all(|test| test.holds(subject)),
            Test::Or(tests) => tests.iter().any(|test| test.holds(subject)),
            Test::Not(test) => !test.holds(subject),
            Test::Value(field, matcher) => matches_field(*field, matcher, entry),
            Test::Ip(matcher) => match &entry.ip {
                Some(ip) => matcher.matches(ip),
                None => matcher.wants_none(),
            },
            Test::Time(span) => entry.time.as_ref().is_some_and(|time| span.contains(time.at)),
            Test::Id(prefixes) => prefixes.iter().any(|prefix| prefix.matches(entry.id)),
            Test::Text(matcher) => matches_text(matcher, subject),
            Test::Raw(path, matcher) => matches_raw(path, matcher, subject.document),
            Test::Before(matcher) => matches_side(matcher, entry, |change| change.before.as_deref()),
            Test::After(matcher) => matches_side(matcher, entry, |change| change.after.as_deref()),
            Test::Has(Has::Diff) => !entry.changes.is_empty(),
            Test::Has(Has::Note) => subject.noted,
            Test::Has(Has::Mark) => subject.marked,
        }
    }
}

fn matches_field(field: Field, matcher: &ValueMatcher, entry: &Entry<'_>) -> bool {
    let mut any = false;
    let hit = visit_values(entry, field, &mut |value| {
        any = true;
        if field == Field::Changed { matcher.matches_path(value) } else { matcher.matches(value) }
    });
    hit || (field == Field::Action && matcher.matches_action(entry.action)) || (!any && matcher.wants_none())
}

fn matches_text(matcher: &TextMatcher, subject: &Subject<'_>) -> bool {
    matcher.is_match(subject.raw)
        || mapped_texts(subject.entry, &mut |text| matcher.is_match(text.as_bytes()))
        || subject
            .document
            .is_some_and(|document| for_each_string(document, &mut |text| matcher.is_match(text.as_bytes())))
}

/// Whether a scalar at a path matches: a value, or any element of a list. Lists on the way are gone through,
/// so `raw.target.type` is any target's type.
///
/// A path that leads nowhere, or only to `null`, has no value.
pub fn matches_raw(path: &Path, matcher: &ValueMatcher, document: Option<Node<'_>>) -> bool {
    let mut any = false;
    let hit = document.is_some_and(|root| {
        path.visit_through_lists(root, &mut |node| matches_node(matcher, node, &mut any))
    });
    hit || (!any && matcher.wants_none())
}

/// Whether a side of any change matches: a single value, or one inside what came or went whole. Of a value that
/// has parts before and after, what changed inside counts alone.
fn matches_side<'a>(
    matcher: &ValueMatcher,
    entry: &'a Entry<'a>,
    side: impl Fn(&'a Change<'a>) -> Option<&'a str>,
) -> bool {
    let (mut any, mut doc) = (false, Doc::new());
    let recorded = entry.changes.iter().map(|change| (change, has_parts(change)));
    for (change, looked_into) in recorded.chain(entry.inner.iter().map(|change| (change, false))) {
        let Some(json) = side(change) else { continue };
        let hit = match doc.parse(json) {
            Ok(node) if looked_into => {
                any |= node.kind() == Kind::Object || !node.is_empty();
                false
            }
            Ok(node) => matches_within(matcher, node, &mut any),
            Err(_) => {
                any = true;
                matcher.matches(json)
            }
        };
        if hit {
            return true;
        }
    }
    !any && matcher.wants_none()
}

/// Whether both values of a change have parts: it was looked into.
fn has_parts(change: &Change<'_>) -> bool {
    let (Some(before), Some(after)) = (&change.before, &change.after) else { return false };
    let both = |open: char| before.starts_with(open) && after.starts_with(open);
    both('{') || both('[')
}

/// Whether a value matches, or any inside it.
fn matches_within(matcher: &ValueMatcher, node: Node<'_>, any: &mut bool) -> bool {
    match node.kind() {
        Kind::Array => node.items().any(|item| matches_within(matcher, item, any)),
        Kind::Object => {
            *any = true;
            node.members().any(|(_, value)| matches_within(matcher, value, any))
        }
        _ => matches_node(matcher, node, any),
    }
}

fn matches_node(matcher: &ValueMatcher, node: Node<'_>, any: &mut bool) -> bool {
    match node.kind() {
        Kind::Null => matcher.wants_null(),
        Kind::Array => {
            *any |= !node.is_empty();
            node.items().filter_map(|element| element.scalar()).any(|value| matcher.matches(&value))
        }
        Kind::Object => {
            *any = true;
            false
        }
        Kind::Bool | Kind::Number | Kind::String => {
            *any = true;
            node.scalar().is_some_and(|value| matcher.matches(&value))
        }
    }
}

#[cfg(test)]
mod tests;
